package dev.skerry.config.protocol;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * Tells a node how fast it may refresh what a soft purge is about to make stale: {@code
 * {"kind":"pace","site":…,"intervalNanos":…}}.
 *
 * @param intervalNanos the least time between two refreshes, from 1
 */
public record PaceOrder(String site, long intervalNanos) {
    /** What it calls itself. */
    public static final String KIND = "pace";

    /** What a node answers that has taken it. */
    public static final String TAKEN = "{\"paced\":true}";

    /** Whether a question is one of these. */
    public static boolean is(String json) {
        return json.startsWith("{\"kind\":\"" + KIND + "\"");
    }

    /**
     * Reads one.
     *
     * @throws MalformedMessage when it is none
     */
    public static PaceOrder parse(String json) throws MalformedMessage {
        MessageReader in = MessageReader.of("pace", json);
        return new PaceOrder(in.text("site"), in.number("intervalNanos", 1));
    }

    /** As it is sent; begins with its kind. */
    public String json() {
        ObjectNode json = StreamCodec.object();
        json.put("kind", KIND).put("site", site).put("intervalNanos", intervalNanos);
        return json.toString();
    }
}
