package dev.ocean.operator.postgres;

/** Part of a statement that does not stem from our source text: a name or a value, quoted by its type. */
public sealed interface SqlFragment permits SqlIdentifier, SqlLiteral, SqlNumber, SqlTexts, SqlList {

    /** The text to put into a statement, quotes included. */
    String rendered();
}
