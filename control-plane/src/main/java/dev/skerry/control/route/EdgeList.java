package dev.skerry.control.route;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;

/** Writes the answer to {@code format=json}: where the client may go, the best first. */
final class EdgeList {
    private static final JsonFactory JSON = new JsonFactory();

    private EdgeList() {}

    static byte[] json(List<RoutePlan.Candidate> order) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator json = JSON.createGenerator(bytes)) {
            json.writeStartObject();
            json.writeStringField("location", encoded(order.getFirst().url()));
            json.writeArrayFieldStart("locations");
            for (RoutePlan.Candidate candidate : order) {
                json.writeString(encoded(candidate.url()));
            }
            json.writeEndArray();
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory", e);
        }
        bytes.write('\n');
        return bytes.toByteArray();
    }

    /** JSON is text: bytes that are not ASCII, which a target may hold, are percent-encoded. */
    private static String encoded(String url) {
        if (url.chars().allMatch(c -> c < 0x80)) {
            return url;
        }
        StringBuilder text = new StringBuilder(url.length() + 16);
        for (int i = 0; i < url.length(); i++) {
            char c = url.charAt(i);
            if (c < 0x80) {
                text.append(c);
            } else {
                text.append(String.format(Locale.ROOT, "%%%02X", (int) c));
            }
        }
        return text.toString();
    }
}
