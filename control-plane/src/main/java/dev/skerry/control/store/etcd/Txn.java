package dev.skerry.control.store.etcd;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** One transaction of etcd's, as its JSON gateway takes it. */
final class Txn {
    /** The most operations that every etcd takes in one. */
    static final int MOST_OPERATIONS = 128;

    private final ObjectNode json = JsonNodeFactory.instance.objectNode();
    private final ArrayNode compares = json.putArray("compare");
    private final ArrayNode success = json.putArray("success");
    private final ArrayNode failure = json.putArray("failure");

    /**
     * What came back.
     *
     * @param succeeded whether all compared equal
     * @param revision of etcd when it ran
     * @param found for each operation in order what it read; nothing for one that wrote
     */
    record Outcome(boolean succeeded, long revision, List<List<KeyValue>> found) {
        static Outcome of(JsonNode json) throws IOException {
            List<List<KeyValue>> found = new ArrayList<>();
            for (JsonNode response : json.path("responses")) {
                found.add(keyValues(response.path("response_range")));
            }
            return new Outcome(
                    json.path("succeeded").asBoolean(),
                    json.path("header").path("revision").asLong(),
                    found);
        }
    }

    /** The keys that a range response holds. */
    static List<KeyValue> keyValues(JsonNode range) throws IOException {
        List<KeyValue> found = new ArrayList<>();
        for (JsonNode each : range.path("kvs")) {
            found.add(KeyValue.of(each));
        }
        return found;
    }

    /** Only if the key was written last at this revision; 0: if it is not there. */
    Txn ifModified(String key, long revision) {
        return compare(key, "MOD", "mod_revision", revision);
    }

    /** Only if the key was made at this revision; 0: if it is not there. */
    Txn ifCreated(String key, long revision) {
        return compare(key, "CREATE", "create_revision", revision);
    }

    private Txn compare(String key, String target, String member, long revision) {
        compares.addObject()
                .put("key", bytes(key))
                .put("target", target)
                .put("result", "EQUAL")
                .put(member, String.valueOf(revision));
        return this;
    }

    /** Writes; without a lease, whatever it had before. */
    Txn put(String key, byte[] value) {
        success.addObject().putObject("request_put").put("key", bytes(key)).put("value", value);
        return this;
    }

    /** Writes under a lease. */
    Txn put(String key, byte[] value, long lease) {
        success.addObject()
                .putObject("request_put")
                .put("key", bytes(key))
                .put("value", value)
                .put("lease", String.valueOf(lease));
        return this;
    }

    /** Takes a key that must be there from its lease. */
    Txn keep(String key) {
        success.addObject()
                .putObject("request_put")
                .put("key", bytes(key))
                .put("ignore_value", true);
        return this;
    }

    Txn delete(String key) {
        success.addObject().putObject("request_delete_range").put("key", bytes(key));
        return this;
    }

    /** Deletes what is from one key to before the other. */
    Txn delete(String from, String to) {
        success.addObject()
                .putObject("request_delete_range")
                .put("key", bytes(from))
                .put("range_end", bytes(to));
        return this;
    }

    Txn get(String key) {
        success.addObject().putObject("request_range").put("key", bytes(key));
        return this;
    }

    /** Reads the first keys that are from one to before the other. */
    Txn get(String from, String to, int most) {
        success.addObject().set("request_range", range(from, to, most, 0, false));
        return this;
    }

    /** Reads if something did not compare equal. */
    Txn otherwiseGet(String key) {
        failure.addObject().putObject("request_range").put("key", bytes(key));
        return this;
    }

    int operations() {
        return success.size();
    }

    ObjectNode json() {
        return json;
    }

    /** A range request by itself. */
    static ObjectNode range(String from, String to, int most, long revision, boolean keysOnly) {
        ObjectNode range =
                JsonNodeFactory.instance
                        .objectNode()
                        .put("key", bytes(from))
                        .put("range_end", bytes(to))
                        .put("limit", String.valueOf(most));
        if (revision > 0) {
            range.put("revision", String.valueOf(revision));
        }
        if (keysOnly) {
            range.put("keys_only", true);
        }
        return range;
    }

    static byte[] bytes(String key) {
        return key.getBytes(StandardCharsets.UTF_8);
    }
}
