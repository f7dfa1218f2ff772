/* A reader of JSON, enough for the protocol: a request becomes a tree of values. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* Memory, zeroed, until the request is answered. */
typedef struct Piece { struct Piece *next; } Piece;
static Piece *pieces;
static void *take(size_t bytes) {
    Piece *piece = calloc(1, sizeof(Piece) + bytes);
    if (!piece) exit(1);
    piece->next = pieces;
    return (pieces = piece) + 1;
}
static void give_back(void) {
    for (Piece *next; pieces; pieces = next) { next = pieces->next; free(pieces); }
}
typedef struct Value {
    char kind;                  /* 'n' number, 's' string, '[' array, '{' object, 0 null, true, false */
    double number;
    char *text, *name;          /* name: of a field */
    int length;                 /* of an array or object */
    struct Value *first, *next; /* in an array or object */
} Value;

static char *at;          /* where the reader is */
static const char *wrong; /* why the request cannot be answered */
static void fail(const char *why) { wrong = why; at = ""; }
static void space(void) { while (*at && strchr(" \t\r\n", *at)) at++; }
static void expect(char c) { space(); if (*at == c) at++; else fail("not JSON"); }
/* A string without quotes; escapes stay as they are, for no string that matters here has any. */
static char *read_string(void) {
    expect('"');
    char *start = at;
    while (*at && *at != '"') at += at[0] == '\\' && at[1] ? 2 : 1;
    if (*at) *at++ = 0; else fail("a string without end");
    return start;
}
static Value *read_value(int depth) {
    Value *value = take(sizeof(Value)), **link = &value->first;
    space();
    if (*at == '"') {
        value->kind = 's';
        value->text = read_string();
    } else if (*at == '[' || *at == '{') {
        char close = *at == '[' ? ']' : '}';
        value->kind = *at++;
        if (depth > 100) fail("nested too deeply");
        for (space(); *at != close && !wrong; space(), link = &(*link)->next) {
            char *name = NULL;
            if (value->length++) expect(',');
            if (close == '}') { name = read_string(); expect(':'); }
            *link = read_value(depth + 1);
            (*link)->name = name;
        }
        expect(close);
    } else if (*at == '-' || isdigit((unsigned char)*at)) {
        value->kind = 'n';
        value->number = strtod(at, &at);
    } else {
        if (!isalpha((unsigned char)*at)) fail("not JSON");
        while (isalpha((unsigned char)*at)) at++;
    }
    return value;
}
static Value *field(Value *object, const char *name) {
    static Value none;
    Value *value = object->first;
    while (value && !(value->name && strcmp(value->name, name) == 0)) value = value->next;
    return value ? value : &none;
}
static const char *text(const Value *value) { return value->kind == 's' ? value->text : ""; }
static double number(const Value *value) {
    if (value->kind == 'n') return value->number;
    if (!value->text || !strstr(" NaN Infinity -Infinity ", value->text)) wrong = "something that is no number";
    return strtod(text(value), NULL);
}
