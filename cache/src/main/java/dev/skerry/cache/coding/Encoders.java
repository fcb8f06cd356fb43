package dev.skerry.cache.coding;

import dev.skerry.cache.policy.ContentCoding;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The encoders that this node has. Immutable. */
public final class Encoders {
    private final Map<ContentCoding, Encoder> encoders = new EnumMap<>(ContentCoding.class);
    private final int available;

    /** These encoders, one a coding. */
    public Encoders(List<Encoder> all) {
        int bits = 0;
        for (Encoder encoder : all) {
            encoders.put(encoder.coding(), encoder);
            bits |= encoder.coding().bit();
        }
        available = bits;
    }

    /** The codings, as a set of {@link ContentCoding#bit}. */
    public int available() {
        return available;
    }

    /** The encoder of a coding, or null when this node has none. */
    public @Nullable Encoder get(ContentCoding coding) {
        return encoders.get(coding);
    }
}
