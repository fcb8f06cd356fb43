package dev.skerry.cli.control;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * One thing that is wrong with a document.
 *
 * @param line 1-based, 0 when there is no line to point at
 * @param place where in it: {@code rules[0].match}, or a JSON pointer; may be empty
 * @param message one sentence
 */
public record Complaint(boolean isError, int line, String place, String message) {
    /** Reads one of the objects in {@code "errors"}, or of a check. */
    public static Complaint of(JsonNode problem) {
        String place = problem.path("path").asText(problem.path("pointer").asText());
        String message = problem.path("message").asText(problem.path("detail").asText());
        return new Complaint(
                !problem.path("severity").asText().equals("warning"),
                problem.path("line").asInt(),
                Terminal.plain(place),
                Terminal.plain(message));
    }

    /** {@code warning: path: message}; parts that are unknown are left out. */
    @Override
    public String toString() {
        return (isError ? "" : "warning: ") + (place.isEmpty() ? "" : place + ": ") + message;
    }
}
