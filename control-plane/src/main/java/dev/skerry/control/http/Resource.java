package dev.skerry.control.http;

import dev.skerry.net.server.Exchange;
import java.io.IOException;
import java.util.Set;

/**
 * One method of one path of the API.
 *
 * @param method such as {@code POST}; {@code GET} answers HEAD too
 * @param path a template: {@code /v1/sites/{site}/purges}. A part named {@code site} is what the
 *     caller's token must be for; a last part such as <code>{url...}</code> is all that remains,
 *     slashes included. {@link #EVERY_PATH} for a method that is about the very URL that the
 *     request is sent to, its host included
 * @param verb what a token must allow; {@link Verb#ANYONE} for what is open
 * @param summary one line, for the OpenAPI document
 * @param mostBodyBytes the most that a request body may have; 0 for none
 * @param mediaTypes what a body may be, in lower case
 * @param dialect how its clients speak
 */
public record Resource(
        String method,
        String path,
        Verb verb,
        String summary,
        int mostBodyBytes,
        Set<String> mediaTypes,
        Handler handler,
        Dialect dialect) {
    /** The path of a method that clients send to the URLs of sites. */
    public static final String EVERY_PATH = "/*";

    /** What a body is unless a resource says otherwise. */
    public static final Set<String> JSON = Set.of("application/json");

    /** Copies the media types. */
    public Resource {
        mediaTypes = Set.copyOf(mediaTypes);
    }

    /** A resource of our own. */
    public Resource(
            String method,
            String path,
            Verb verb,
            String summary,
            int mostBodyBytes,
            Set<String> mediaTypes,
            Handler handler) {
        this(method, path, verb, summary, mostBodyBytes, mediaTypes, handler, Dialect.OURS);
    }

    /** A resource of our own that takes JSON, if it takes a body. */
    public Resource(
            String method,
            String path,
            Verb verb,
            String summary,
            int mostBodyBytes,
            Handler handler) {
        this(method, path, verb, summary, mostBodyBytes, JSON, handler);
    }

    /** Whether its URLs are those of sites, so that Host names one and not this server. */
    public boolean isAboutSites() {
        return path.equals(EVERY_PATH);
    }

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
            /**
             * The answer.
             *
             * @throws ApiProblem when the request is refused
             * @throws IOException when the store does not answer now; becomes a 503
             */
            ApiAnswer answer(ApiCall call) throws ApiProblem, IOException, InterruptedException;
        }

        /** Sends the response itself, for as long as it likes; called on a virtual thread. */
        @FunctionalInterface
        non-sealed interface Streaming extends Handler {
            /**
             * Answers through the exchange, exactly once.
             *
             * @throws ApiProblem when the request is refused and nothing has been sent
             * @throws IOException when the store does not answer now and nothing has been sent
             */
            void answer(ApiCall call, Exchange exchange)
                    throws ApiProblem, IOException, InterruptedException;
        }
    }
}
