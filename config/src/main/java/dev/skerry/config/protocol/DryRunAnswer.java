package dev.skerry.config.protocol;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * What of a node's responses a purge would hit.
 *
 * @param memory in memory; what lies there and on disk counts in both
 * @param disk on disks
 * @param requested of what is in memory: how many responses were asked for in the window at least
 *     once, each of which the purge would have made one request upstream
 * @param windowMillis how long that was; 0 for not at all
 * @param sample the smallest hashes of their URLs, {@link #MOST_SAMPLE} at most, ascending as
 *     unsigned numbers; the same on every node, so that what several were asked for counts once
 */
public record DryRunAnswer(
        Count memory, Count disk, long requested, long windowMillis, List<Long> sample) {
    /** The most hashes of a sample. */
    public static final int MOST_SAMPLE = 512;

    /** Copies the sample. */
    public DryRunAnswer {
        sample = List.copyOf(sample);
    }

    /**
     * How many.
     *
     * @param exact whether they were counted one by one, and not estimated
     */
    public record Count(long objects, long bytes, boolean exact) {
        /** Nothing at all. */
        public static final Count NONE = new Count(0, 0, true);

        /** Both together. */
        public Count plus(Count other) {
            return new Count(objects + other.objects, bytes + other.bytes, exact && other.exact);
        }
    }

    /**
     * Reads an answer.
     *
     * @throws MalformedMessage when it is none
     */
    public static DryRunAnswer parse(String json) throws MalformedMessage {
        MessageReader in = MessageReader.of("answer", json);
        String problem = in.optionalText("problem");
        if (problem != null) {
            throw new MalformedMessage(problem);
        }
        List<Long> sample = in.list("sample", each -> parse(each, each.text("url")));
        if (sample.size() > MOST_SAMPLE) {
            throw in.wrong("sample", "has more than " + MOST_SAMPLE);
        }
        return new DryRunAnswer(
                count(in.object("memory")),
                count(in.object("disk")),
                in.number("requested", 0),
                in.number("windowMillis", 0),
                sample);
    }

    private static long parse(MessageReader in, String hash) throws MalformedMessage {
        try {
            return Long.parseUnsignedLong(hash, 16);
        } catch (NumberFormatException e) {
            throw in.wrong("url", "is no hash");
        }
    }

    private static Count count(MessageReader in) throws MalformedMessage {
        return new Count(in.number("objects", 0), in.number("bytes", 0), in.flag("exact"));
    }

    /** As it is sent. */
    public String json() {
        ObjectNode json = StreamCodec.object();
        write(json.putObject("memory"), memory);
        write(json.putObject("disk"), disk);
        json.put("requested", requested).put("windowMillis", windowMillis);
        ArrayNode list = json.putArray("sample");
        sample.forEach(hash -> list.addObject().put("url", Long.toHexString(hash)));
        return json.toString();
    }

    private static void write(ObjectNode json, Count count) {
        json.put("objects", count.objects).put("bytes", count.bytes).put("exact", count.exact);
    }
}
