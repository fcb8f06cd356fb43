package dev.skerry.control.http;

import dev.skerry.net.server.Exchange;

/**
 * One method of one path of the API.
 *
 * @param method such as {@code POST}
 * @param path a template: {@code /v1/sites/{site}/purges}
 * @param verb what a token must allow; {@link Verb#ANYONE} for what is open
 * @param summary one line, for the OpenAPI document
 * @param mostBodyBytes the most that a request body may have; 0 for none
 */
public record Resource(
        String method, String path, Verb verb, String summary, int mostBodyBytes, Handler handler) {
    /** What a token allows, for one site or for all. */
    public enum Verb {
        /** Needs no token. */
        ANYONE,
        /** Read sites, purges, nodes. */
        READ,
        /** Purge. */
        PURGE,
        /** Apply, roll back and delete sites. */
        CONFIGURE,
        /** Follow the change stream as a node. */
        NODE,
        /** Tokens, nodes, audit: everything. */
        ADMIN
    }

    /** Who answers. */
    public sealed interface Handler {
        /** Answers at once. May block; runs on a virtual thread. */
        @FunctionalInterface
        non-sealed interface Whole extends Handler {
            /** The answer. */
            ApiAnswer answer(ApiCall call) throws InterruptedException;
        }

        /** Sends the response itself, for as long as it likes; called on a virtual thread. */
        @FunctionalInterface
        non-sealed interface Streaming extends Handler {
            /** Answers through the exchange, exactly once. */
            void answer(ApiCall call, Exchange exchange) throws InterruptedException;
        }
    }
}
