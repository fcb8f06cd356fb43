package dev.skerry.cli.control;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A request to a control plane.
 *
 * @param path with its query, from the slash of {@code /v1}
 * @param type the media type of the body, null without one
 * @param condition null without
 * @param patience how long the control plane may take beyond the usual, because it was asked to
 *     wait
 */
public record ControlRequest(
        String method,
        String path,
        @Nullable String type,
        String body,
        @Nullable Condition condition,
        Duration patience) {
    /** A field that makes a request conditional. */
    public record Condition(String field, String value) {}

    /** {@code GET}. */
    public static ControlRequest get(String path) {
        return bare("GET", path);
    }

    /** {@code DELETE}. */
    public static ControlRequest delete(String path) {
        return bare("DELETE", path);
    }

    /** {@code POST} of a JSON document. */
    public static ControlRequest post(String path, String json) {
        return new ControlRequest("POST", path, "application/json", json, null, Duration.ZERO);
    }

    /** A YAML document by {@code PUT} or {@code POST}. */
    public static ControlRequest yaml(String method, String path, String yaml) {
        return new ControlRequest(method, path, "application/yaml", yaml, null, Duration.ZERO);
    }

    /** Only if the version is still this one; 0: only if there is none. */
    public ControlRequest ifVersion(long version) {
        Condition only =
                version == 0
                        ? new Condition("If-None-Match", "*")
                        : new Condition("If-Match", "\"" + version + "\"");
        return new ControlRequest(method, path, type, body, only, patience);
    }

    /** Sent again with the same key, it is done once. */
    public ControlRequest once(String key) {
        return new ControlRequest(
                method, path, type, body, new Condition("Idempotency-Key", key), patience);
    }

    /** The control plane is asked to wait so long before it answers. */
    public ControlRequest waiting(Duration time) {
        return new ControlRequest(method, path, type, body, condition, time);
    }

    /** A part of a path, percent-encoded. */
    public static String part(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private static ControlRequest bare(String method, String path) {
        return new ControlRequest(method, path, null, "", null, Duration.ZERO);
    }
}
