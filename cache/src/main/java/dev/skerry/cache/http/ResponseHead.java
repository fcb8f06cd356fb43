package dev.skerry.cache.http;

/**
 * Status code and fields of a response.
 *
 * @param status 100 to 999
 */
public record ResponseHead(int status, FieldList fields) {}
