package dev.skerry.config.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.config.protocol.PurgeRecord.Mode;
import dev.skerry.config.protocol.PurgeRecord.Scope;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class ChainHashTest {
    private static final String START = ChainHash.start("0123456789abcdef0123456789abcdef");

    /** Nodes and control planes of other versions must come to the same. */
    @Test
    void hashesArePinned() {
        assertEquals("5edf748ffab3d45585ba93672c4b173e", START);
        assertEquals(
                "f76ec1128bbe7128548b24eff2858b8a",
                ChainHash.after(START, new Change.HistoryBegun(1, "first", 5)));
        assertEquals(
                "de9e184b80188bb4458948d6595ab019",
                ChainHash.after(START, purge(1, "shop", Scope.TAG, "a", Mode.HARD)));
        assertEquals(
                "94962304f379401d8281887036bf9e68",
                ChainHash.after(
                        START, new Change.SiteApplied(1, "shop", 1, "site: shop", true, 5)));
        assertEquals(
                "cb1685fab69e2f672ec2e6ae85ca05ae",
                ChainHash.after(START, new Change.SiteDeleted(1, "shop", 5)));
    }

    @Test
    void whateverDiffersInAChangeChangesTheHash() {
        List<Change> changes =
                List.of(
                        purge(1, "shop", Scope.TAG, "a", Mode.HARD),
                        purge(2, "shop", Scope.TAG, "a", Mode.HARD),
                        purge(1, "shopa", Scope.TAG, "", Mode.HARD),
                        purge(1, "shop", Scope.HOST, "a", Mode.HARD),
                        purge(1, "shop", Scope.TAG, "a", Mode.SOFT),
                        new Change.SiteApplied(1, "shop", 1, "a", false, 5),
                        new Change.SiteApplied(1, "shop", 2, "a", false, 5),
                        new Change.SiteApplied(1, "shop", 1, "b", false, 5),
                        new Change.SiteApplied(1, "shopa", 1, "", false, 5),
                        new Change.SiteDeleted(1, "shop", 5),
                        new Change.SiteDeleted(2, "shop", 5),
                        new Change.HistoryBegun(1, "shop", 5),
                        new Change.HistoryBegun(1, "a", 5));
        Set<String> hashes = new HashSet<>();
        for (Change change : changes) {
            String hash = ChainHash.after(START, change);
            assertTrue(hash.matches("[0-9a-f]{32}"), hash);
            assertTrue(hashes.add(hash), change::toString);
        }
    }

    @Test
    void theHashHoldsAllThatWentBefore() {
        Change second = purge(2, "shop", Scope.TAG, "b", Mode.HARD);
        String a = ChainHash.after(START, purge(1, "shop", Scope.TAG, "a", Mode.HARD));
        String b = ChainHash.after(START, purge(1, "shop", Scope.TAG, "x", Mode.HARD));
        assertNotEquals(ChainHash.after(a, second), ChainHash.after(b, second));
        assertNotEquals(START, ChainHash.start("1123456789abcdef0123456789abcdef"));
    }

    /** Times are for people: two who agree on the order may have stamped it differently. */
    @Test
    void theTimeOfAcceptanceDoesNotCount() {
        assertEquals(
                ChainHash.after(START, new Change.SiteDeleted(1, "shop", 5)),
                ChainHash.after(START, new Change.SiteDeleted(1, "shop", 6)));
    }

    private static Change purge(long counter, String site, Scope scope, String value, Mode mode) {
        return new Change.Purged(new PurgeRecord(counter, site, scope, value, mode, 5));
    }
}
