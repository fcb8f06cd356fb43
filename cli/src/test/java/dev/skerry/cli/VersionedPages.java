package dev.skerry.cli;

import dev.skerry.testkit.PatternBytes;
import dev.skerry.testkit.RawResponse;
import dev.skerry.testkit.ReceivedRequest;
import dev.skerry.testkit.Reply;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * Pages that change, each version with bytes of its own: any answer can be told true or false.
 * Targets are {@code /0} and so on.
 */
final class VersionedPages {
    private static final String VERSION = "X-Version";

    private final AtomicIntegerArray versions;
    private final AtomicIntegerArray floors;

    /** While set nothing is given, so that what is answered was stored. */
    volatile boolean down;

    VersionedPages(int count) {
        versions = new AtomicIntegerArray(count);
        floors = new AtomicIntegerArray(count);
    }

    int count() {
        return versions.length();
    }

    /** What the origin answers. */
    Reply reply(ReceivedRequest request) {
        if (down) {
            return Reply.status(503).field("Cache-Control", "no-store");
        }
        int page = Integer.parseInt(request.target().substring(1));
        int version = versions.get(page);
        Reply reply =
                Reply.ok()
                        .field("Cache-Control", "max-age=3600")
                        .field(VERSION, Integer.toString(version))
                        .pattern(seed(page, version), length(page, version));
        return page % 3 == 0 ? reply.chunked() : reply;
    }

    /** The page is another one from now on; returns which. */
    int change(int page) {
        return versions.incrementAndGet(page);
    }

    /** A purge has been acknowledged: nothing older may be served from now on. */
    void purged(int page, int version) {
        floors.accumulateAndGet(page, version, Math::max);
    }

    /** The oldest version that may answer a request that is sent now. */
    int floor(int page) {
        return floors.get(page);
    }

    /** What is wrong with an answer to a request that was sent at this floor; empty if nothing. */
    String fault(int page, int floor, RawResponse answer) {
        String told = answer.field(VERSION);
        int version = told == null ? -1 : Integer.parseInt(told);
        if (version < floor || version > versions.get(page)) {
            return "/" + page + ": version " + version + ", purged below " + floor;
        }
        byte[] expected = PatternBytes.range(seed(page, version), 0, length(page, version));
        int at = Arrays.mismatch(expected, answer.body());
        return at < 0 ? "" : "/" + page + ": version " + version + " differs at byte " + at;
    }

    private static long seed(int page, int version) {
        return 1_000_000L * page + version;
    }

    /** From nothing to 1.5 MB, another one for each version. */
    private static long length(int page, int version) {
        long most =
                switch (page % 5) {
                    case 0 -> 100;
                    case 1, 2 -> 20_000;
                    case 3 -> 200_000;
                    default -> 1_500_000;
                };
        return Math.floorMod((seed(page, version) * 0x9E3779B97F4A7C15L) >>> 20, most);
    }
}
