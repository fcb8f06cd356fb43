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

    /** What is wrong, one by one; none when there is only one sentence about it all. */
    public List<Complaint> complaints() {
        List<Complaint> complaints = new ArrayList<>();
        for (JsonNode error : refusal().path("errors")) {
            complaints.add(Complaint.of(error));
        }
        return complaints;
    }

    /** What is wrong: {@code path: message}, a line each; at least one. */
    public List<String> problems() {
        List<Complaint> complaints = complaints();
        if (!complaints.isEmpty()) {
            return complaints.stream().map(Complaint::toString).toList();
        }
        JsonNode refusal = refusal();
        String told = refusal.path("detail").asText(refusal.path("title").asText());
        String words = Terminal.plain(told.isEmpty() ? text.strip() : told);
        if (words.length() > MOST_TEXT) {
            words = words.substring(0, MOST_TEXT) + "…";
        }
        return List.of(words.isEmpty() ? "without a reason" : words);
    }

    private JsonNode refusal() {
        if (!type.endsWith("json")) {
            return MissingNode.getInstance();
        }
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            return MissingNode.getInstance();
        }
    }
}
