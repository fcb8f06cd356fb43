package dev.skerry.config.protocol;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * The hash that grows with a history: each is made of the one before and of the change, so two
 * orders with the same hash at a counter are the same order up to there (PURGE.md rule 17). The
 * first 128 bits of SHA-256.
 */
public final class ChainHash {
    private static final int BYTES = 16;

    private ChainHash() {}

    /** The hash at counter 0. */
    public static String start(String history) {
        return hex(add(sha256(), history));
    }

    /** The hash after one more change. */
    public static String after(String before, Change change) {
        MessageDigest digest = add(add(sha256(), before), change.getClass().getSimpleName());
        add(digest, change.counter());
        switch (change) {
            case Change.Purged(PurgeRecord purge) -> {
                add(add(digest, purge.site()), purge.scope().name());
                add(add(digest, purge.value()), purge.mode().name());
            }
            case Change.SiteApplied applied ->
                    add(add(add(digest, applied.site()), applied.version()), applied.document());
            case Change.SiteDeleted deleted -> add(digest, deleted.site());
            case Change.HistoryBegun begun -> add(digest, begun.reason());
        }
        return hex(digest);
    }

    private static MessageDigest add(MessageDigest digest, long number) {
        digest.update(ByteBuffer.allocate(Long.BYTES).putLong(number).flip());
        return digest;
    }

    /** Length first, so that no two lists of texts give the same bytes. */
    private static MessageDigest add(MessageDigest digest, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        add(digest, (long) bytes.length).update(bytes);
        return digest;
    }

    private static String hex(MessageDigest digest) {
        return HexFormat.of().formatHex(Arrays.copyOf(digest.digest(), BYTES));
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
