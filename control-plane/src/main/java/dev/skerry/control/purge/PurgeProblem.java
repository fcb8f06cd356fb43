package dev.skerry.control.purge;

/**
 * Something wrong with a request.
 *
 * @param pointer where in the document (RFC 6901), empty for all of it
 * @param detail one sentence with the value and what would be right
 */
public record PurgeProblem(String pointer, String detail) {}
