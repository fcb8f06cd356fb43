package dev.skerry.net.server;

/**
 * Why a request is not handled. The connection is never kept after one on HTTP/1.
 *
 * @param status what is answered
 * @param reason one line for the client, without anything it sent
 */
record Refusal(int status, String reason) {}
