package dev.skerry.cli.control;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.skerry.cli.message.CommandFailed;
import java.util.ArrayList;
import java.util.List;

/**
 * What a control plane answered.
 *
 * @param status the status code
 * @param type the media type; empty when there was none
 * @param text the body
 */
public record ControlAnswer(int status, String type, String text) {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final int MOST_TEXT = 500;

    /** Whether it was done, or accepted. */
    public boolean isSuccess() {
        return status / 100 == 2;
    }

    /**
     * The document.
     *
     * @throws CommandFailed when the body is no JSON
     */
    public JsonNode json() throws CommandFailed {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw CommandFailed.because(
                    "the answer is no JSON ("
                            + status
                            + " "
                            + type
                            + "): is this a control plane?");
        }
    }

    /** What is wrong: {@code path: message}, a line each; at least one. */
    public List<String> problems() {
        List<String> lines = new ArrayList<>();
        JsonNode document = type.endsWith("json") ? parsed() : MissingNode.getInstance();
        for (JsonNode error : document.path("errors")) {
            Complaint complaint = Complaint.of(error);
            lines.add(complaint.place().isEmpty() ? complaint.message() : complaint.toString());
        }
        String detail = document.path("detail").asText(document.path("title").asText());
        if (lines.isEmpty() && !detail.isEmpty()) {
            lines.add(Terminal.plain(detail));
        }
        if (lines.isEmpty()) {
            String told = Terminal.plain(text.strip());
            lines.add(
                    told.length() > MOST_TEXT
                            ? told.substring(0, MOST_TEXT) + "…"
                            : told.isEmpty() ? "without a reason" : told);
        }
        return lines;
    }

    private JsonNode parsed() {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            return MissingNode.getInstance();
        }
    }
}
