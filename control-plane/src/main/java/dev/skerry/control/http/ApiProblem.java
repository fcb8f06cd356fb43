package dev.skerry.control.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;

/**
 * A refusal, as {@code application/problem+json} has it (RFC 9457): the type is left out, so the
 * title says what the status means here, and the detail what would be right.
 */
public final class ApiProblem extends Exception {
    /** The media type of a refusal. */
    public static final String CONTENT_TYPE = "application/problem+json";

    private static final long serialVersionUID = 1L;

    private final int status;
    private final String title;
    private final String detail;
    private final transient List<JsonNode> errors;
    private final transient Map<String, String> fields;

    /** A refusal that one sentence explains. */
    public ApiProblem(int status, String title, String detail) {
        this(status, title, detail, List.of(), Map.of());
    }

    /**
     * A refusal.
     *
     * @param errors all that is wrong with the request, each an object with a {@code detail} or
     *     {@code message}; none when the detail says it all
     * @param fields further response fields
     */
    public ApiProblem(
            int status,
            String title,
            String detail,
            List<? extends JsonNode> errors,
            Map<String, String> fields) {
        super(detail);
        this.status = status;
        this.title = title;
        this.detail = detail;
        this.errors = List.copyOf(errors);
        this.fields = Map.copyOf(fields);
    }

    /** 400. */
    public static ApiProblem badRequest(String detail) {
        return new ApiProblem(400, "Bad request", detail);
    }

    /** 404. */
    public static ApiProblem notFound(String detail) {
        return new ApiProblem(404, "Not found", detail);
    }

    /** The status. */
    public int status() {
        return status;
    }

    /** What the status means here. */
    public String title() {
        return title;
    }

    /** All that is wrong with the request; none when the detail says it all. */
    public List<JsonNode> errors() {
        return errors;
    }

    /** One sentence about this refusal. */
    public String detail() {
        return detail;
    }

    /** Further response fields. */
    public Map<String, String> fields() {
        return fields;
    }

    /** What is sent. */
    public ApiAnswer answer() {
        ObjectNode document = JsonNodeFactory.instance.objectNode();
        document.put("title", title).put("status", status).put("detail", detail);
        if (!errors.isEmpty()) {
            document.putArray("errors").addAll(errors);
        }
        return new ApiAnswer(status, CONTENT_TYPE, document + "\n", fields);
    }
}
