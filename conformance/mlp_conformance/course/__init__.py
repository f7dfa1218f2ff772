"""Course mode: submissions judged in processes of their own with limits, graded by a rubric, equal mistakes together."""
