package dev.skerry.control.http;

import dev.skerry.cache.http.RequestHead;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A request to the API that its caller may make. */
public final class ApiCall {
    private final Map<String, String> path;
    private final Map<String, String> query;
    private final Fields fields;
    private final byte[] body;
    private final String caller;
    private final Predicate<String> sees;
    private final @Nullable RequestHead head;

    /** The fields of a request. */
    @FunctionalInterface
    public interface Fields {
        /** Of a request without any that matters. */
        Fields NONE = name -> null;

        /**
         * The value of a field, null without; its first, when there are several lines.
         *
         * @param name in any case
         */
        @Nullable String first(String name);
    }

    /**
     * A call by somebody who may see every site.
     *
     * @param path the values of the template's parts, percent-decoded
     * @param query the parameters, percent-decoded, each at most once
     * @param body whole, not copied
     * @param caller the name of the caller's token, for the audit trail
     */
    public ApiCall(
            Map<String, String> path,
            Map<String, String> query,
            Fields fields,
            byte[] body,
            String caller) {
        this(path, query, fields, body, caller, site -> true);
    }

    /**
     * A call.
     *
     * @param sees which sites the caller's token is for
     */
    public ApiCall(
            Map<String, String> path,
            Map<String, String> query,
            Fields fields,
            byte[] body,
            String caller,
            Predicate<String> sees) {
        this(path, query, fields, body, caller, sees, null);
    }

    private ApiCall(
            Map<String, String> path,
            Map<String, String> query,
            Fields fields,
            byte[] body,
            String caller,
            Predicate<String> sees,
            @Nullable RequestHead head) {
        this.path = Map.copyOf(path);
        this.query = Map.copyOf(query);
        this.fields = fields;
        this.body = body;
        this.caller = caller;
        this.sees = sees;
        this.head = head;
    }

    /** The same call with the head that it came with. */
    public ApiCall with(RequestHead request) {
        return new ApiCall(path, query, fields, body, caller, sees, request);
    }

    /** The request as it was received; a call on somebody else's port has none. */
    public RequestHead request() {
        if (head == null) {
            throw new IllegalStateException("this call has no head of its own");
        }
        return head;
    }

    /** A part of the path that the template has, percent-decoded. */
    public String part(String name) {
        String value = path.get(name);
        if (value == null) {
            throw new IllegalArgumentException("the template has no {" + name + "}");
        }
        return value;
    }

    /** The parameters, percent-decoded. */
    public Map<String, String> query() {
        return query;
    }

    /**
     * Refuses parameters that a resource does not have: a mistyped one would be ignored silently.
     *
     * @throws ApiProblem 400
     */
    public void onlyParameters(String... known) throws ApiProblem {
        for (String name : query.keySet()) {
            if (!List.of(known).contains(name)) {
                throw ApiProblem.badRequest(
                        "there is no query parameter '"
                                + name
                                + "' here"
                                + (known.length == 0
                                        ? ""
                                        : "; known are " + String.join(", ", known)));
            }
        }
    }

    /**
     * The parameter {@code limit}: how much the caller wants listed.
     *
     * @param most at most 9999
     * @throws ApiProblem 400 when it is no number from 1 to {@code most}
     */
    public int limit(int usual, int most) throws ApiProblem {
        String text = query.get("limit");
        if (text == null) {
            return usual;
        }
        if (!text.matches("[1-9][0-9]{0,3}") || Integer.parseInt(text) > most) {
            throw ApiProblem.badRequest("limit is a number from 1 to " + most + ": '" + text + "'");
        }
        return Integer.parseInt(text);
    }

    /** The value of a field, null without; its first, when there are several lines. */
    public @Nullable String field(String name) {
        return fields.first(name);
    }

    /** The body, not copied; empty when there was none. */
    public byte[] body() {
        return body;
    }

    /** The name of the caller's token. */
    public String caller() {
        return caller;
    }

    /** Whether the caller's token is for this site. */
    public boolean sees(String site) {
        return sees.test(site);
    }
}
