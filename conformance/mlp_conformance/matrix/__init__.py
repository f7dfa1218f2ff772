"""Many implementations side by side: judged in processes of their own, shown as a table, a document and a page."""
