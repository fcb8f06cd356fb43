package dev.skerry.control.store.etcd;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** A key as it is in etcd. */
final class KeyValue {
    private final String key;
    private final byte[] value;
    private final long modified;
    private final long lease;

    private KeyValue(String key, byte[] value, long modified, long lease) {
        this.key = key;
        this.value = value;
        this.modified = modified;
        this.lease = lease;
    }

    static KeyValue of(JsonNode json) throws IOException {
        return new KeyValue(
                new String(json.path("key").binaryValue(), StandardCharsets.UTF_8),
                json.hasNonNull("value") ? json.path("value").binaryValue() : new byte[0],
                json.path("mod_revision").asLong(),
                json.path("lease").asLong());
    }

    String key() {
        return key;
    }

    byte[] value() {
        return value;
    }

    /** The revision that wrote it last. */
    long modified() {
        return modified;
    }

    /** The lease that it ends with; 0 for none. */
    long lease() {
        return lease;
    }
}
