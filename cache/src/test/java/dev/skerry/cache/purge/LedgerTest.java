package dev.skerry.cache.purge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.cache.key.PurgeKeys;
import dev.skerry.config.protocol.PurgeRecord;
import dev.skerry.config.protocol.PurgeRecord.Mode;
import dev.skerry.config.protocol.PurgeRecord.Scope;
import java.util.List;
import org.junit.jupiter.api.Test;

final class LedgerTest {
    private static final String SITE = "shop";
    private static final PurgeKeys KEYS = PurgeKeys.of(SITE, "h", "/a/b?c");
    private static final long[] NO_TAGS = {};

    private final Ledger ledger = new Ledger(1000);
    private final SiteLedger site = ledger.site(SITE);

    @Test
    void everyScopeKillsWhatItNamesAndNothingElse() {
        assertKills(Scope.URL, "h/a/b?c", "h/a/b", "h/a/b?d", "g/a/b?c");
        assertKills(Scope.PREFIX, "h/a", "h/a/b/c", "h/ab", "g/a");
        assertKills(Scope.PREFIX, "h", "g");
        assertKills(Scope.HOST, "h", "g");
        assertKills(Scope.TAG, "red", "blue");
    }

    private void assertKills(Scope scope, String value, String... others) {
        for (String other : others) {
            Ledger fresh = new Ledger(10);
            fresh.apply(keyed(1, scope, other, Mode.HARD, 0));
            assertEquals(Judgement.ALIVE, judge(fresh, 0), scope + " " + other);
        }
        for (Mode mode : Mode.values()) {
            Ledger fresh = new Ledger(10);
            fresh.apply(keyed(1, scope, value, mode, 0));
            Judgement expected = mode == Mode.HARD ? Judgement.HARD : Judgement.SOFT;
            assertEquals(expected, judge(fresh, 0), scope + " " + value);
            assertEquals(Judgement.ALIVE, judge(fresh, 1), scope + " " + value);
        }
    }

    @Test
    void everythingKillsItsSiteOnly() {
        ledger.apply(keyed(1, Scope.EVERYTHING, "", Mode.SOFT, 0));
        assertEquals(Judgement.SOFT, judge(ledger, 0));
        ledger.apply(keyed(2, Scope.EVERYTHING, "", Mode.HARD, 0));
        assertEquals(Judgement.HARD, judge(ledger, 1));
        assertEquals(Judgement.ALIVE, judge(ledger, 2));
        PurgeKeys same = PurgeKeys.of("other", "h", "/a/b?c");
        assertEquals(Judgement.ALIVE, ledger.site("other").judge(same, NO_TAGS, 0, 2));
        assertEquals(0, ledger.site("other").lastPurge());
        assertEquals(0, ledger.records(), "a hard purge of everything leaves nothing to remember");
    }

    @Test
    void rule2LaterPurgesDoNotConcernARequestWhoseAnswerWasBornAtItsSnapshot() {
        ledger.apply(keyed(5, Scope.URL, "h/a/b?c", Mode.HARD, 0));
        long snapshot = ledger.applied();
        ledger.apply(keyed(6, Scope.URL, "h/a/b?c", Mode.HARD, 0));
        assertEquals(Judgement.ALIVE, site.judge(KEYS, NO_TAGS, 5, snapshot));
        assertEquals(Judgement.HARD, site.judge(KEYS, NO_TAGS, 4, snapshot));
        assertEquals(Judgement.HARD, site.judge(KEYS, NO_TAGS, 5, ledger.applied()));
    }

    @Test
    void rule3NeedIsTheHighestHardRevisionThatMatchesUpToTheSnapshot() {
        ledger.apply(keyed(1, Scope.HOST, "h", Mode.HARD, 0));
        ledger.apply(keyed(2, Scope.PREFIX, "h/a", Mode.HARD, 0));
        ledger.apply(keyed(3, Scope.TAG, "red", Mode.HARD, 0));
        ledger.apply(keyed(4, Scope.URL, "h/other", Mode.HARD, 0));
        ledger.apply(keyed(5, Scope.URL, "h/a/b?c", Mode.SOFT, 0));
        assertEquals(2, site.need(KEYS, NO_TAGS, 5));
        assertEquals(3, site.need(KEYS, tags("red"), 5));
        assertEquals(1, site.need(KEYS, NO_TAGS, 1));
        ledger.apply(keyed(6, Scope.EVERYTHING, "", Mode.HARD, 0));
        assertEquals(6, site.need(KEYS, NO_TAGS, 6));
    }

    @Test
    void rule8AHardPurgeIsNotForgottenByALaterSoftOne() {
        ledger.apply(keyed(1, Scope.TAG, "red", Mode.HARD, 0));
        ledger.apply(keyed(2, Scope.TAG, "red", Mode.SOFT, 0));
        assertEquals(Judgement.HARD, site.judge(KEYS, tags("red"), 0, 2));
        assertEquals(Judgement.SOFT, site.judge(KEYS, tags("red"), 1, 2));
        assertEquals(Judgement.ALIVE, site.judge(KEYS, tags("red"), 2, 2));
    }

    @Test
    void rule8AFoldedRecordRaisesTheFloorOfItsOwnKind() {
        Ledger small = new Ledger(2);
        small.apply(keyed(1, Scope.TAG, "soft", Mode.SOFT, 70));
        small.apply(keyed(2, Scope.TAG, "hard", Mode.HARD, 0));
        small.apply(keyed(3, Scope.TAG, "x", Mode.HARD, 0));
        assertEquals(2, small.records());
        assertEquals(Judgement.SOFT, judge(small, 0), "the soft one was folded");
        assertEquals(70, small.site(SITE).softSince(KEYS, NO_TAGS, 0));
        assertEquals(Judgement.ALIVE, judge(small, 1));
        small.apply(keyed(4, Scope.TAG, "y", Mode.HARD, 0));
        assertEquals(Judgement.HARD, judge(small, 1), "the hard one was folded");
        assertEquals(Judgement.ALIVE, judge(small, 2));
        assertEquals(2, small.site(SITE).need(KEYS, NO_TAGS, 4));
    }

    @Test
    void atTheBoundNothingIsFoldedAndOnePastItTheOldestIs() {
        Ledger small = new Ledger(3);
        for (int i = 1; i <= 3; i++) {
            small.apply(keyed(i, Scope.TAG, "t" + i, Mode.HARD, 0));
        }
        assertEquals(3, small.records());
        assertEquals(Judgement.ALIVE, judge(small, 0));
        small.apply(keyed(4, Scope.TAG, "t4", Mode.HARD, 0));
        assertEquals(3, small.records());
        assertEquals(Judgement.HARD, judge(small, 0));
        assertEquals(Judgement.ALIVE, judge(small, 1));
    }

    @Test
    void aSiteThatPurgesMuchFoldsItsOwnRecords() {
        Ledger small = new Ledger(4);
        small.apply(keyed(1, Scope.TAG, "red", Mode.HARD, 0));
        for (int i = 2; i <= 20; i++) {
            PurgeRecord record = new PurgeRecord(i, "busy", Scope.TAG, "t" + i, Mode.HARD, 0);
            small.apply(PurgeScopes.keyed(record, 0, PurgeScopes.Targets.VERBATIM));
        }
        assertEquals(4, small.records());
        assertEquals(Judgement.ALIVE, judge(small, 0, "blue"));
        PurgeKeys busy = PurgeKeys.of("busy", "h", "/");
        assertEquals(Judgement.HARD, small.site("busy").judge(busy, NO_TAGS, 16, 20));
        assertEquals(Judgement.ALIVE, small.site("busy").judge(busy, NO_TAGS, 17, 20));
    }

    @Test
    void rule12ApplyIsIdempotentAndNeverMovesBack() {
        assertTrue(ledger.apply(keyed(5, Scope.TAG, "red", Mode.HARD, 0)));
        assertFalse(ledger.apply(keyed(5, Scope.TAG, "red", Mode.HARD, 0)));
        assertFalse(ledger.apply(keyed(4, Scope.EVERYTHING, "", Mode.HARD, 0)));
        assertEquals(5, ledger.applied());
        assertEquals(Judgement.ALIVE, judge(ledger, 0, "blue"));
        ledger.advance(3);
        assertEquals(5, ledger.applied());
        ledger.advance(9);
        assertEquals(9, ledger.applied());
        assertEquals(5, site.lastPurge());
    }

    @Test
    void aHitNeedsNoMoreThanTheSitesLastPurge() {
        assertSame(site, ledger.site(SITE));
        assertEquals(0, site.lastPurge());
        ledger.apply(keyed(7, Scope.URL, "h/x", Mode.SOFT, 0));
        assertEquals(7, site.lastPurge());
    }

    @Test
    void rule18SoftStalenessCountsFromTheFirstPurgeThatConcernsTheResponse() {
        ledger.apply(keyed(1, Scope.URL, "h/a/b?c", Mode.SOFT, 100));
        assertEquals(100, site.softSince(KEYS, NO_TAGS, 0));
        assertEquals(Long.MAX_VALUE, site.softSince(KEYS, NO_TAGS, 1));
        ledger.apply(keyed(5, Scope.URL, "h/a/b?c", Mode.SOFT, 200));
        assertEquals(100, site.softSince(KEYS, NO_TAGS, 0));
        assertEquals(200, site.softSince(KEYS, NO_TAGS, 1));
        ledger.apply(keyed(9, Scope.URL, "h/a/b?c", Mode.SOFT, 300));
        assertEquals(100, site.softSince(KEYS, NO_TAGS, 0));
        // The truth is 200; the ledger keeps two revisions a key and errs to the earlier time.
        assertEquals(100, site.softSince(KEYS, NO_TAGS, 1));
        assertEquals(300, site.softSince(KEYS, NO_TAGS, 5));
        ledger.apply(keyed(10, Scope.EVERYTHING, "", Mode.SOFT, 50));
        assertEquals(50, site.softSince(KEYS, NO_TAGS, 5));
    }

    @Test
    void aFloorForAllSitesHoldsForSitesThatComeLater() {
        ledger.apply(keyed(1, Scope.TAG, "red", Mode.HARD, 0));
        ledger.raiseFloor(50);
        assertEquals(50, ledger.applied());
        assertEquals(0, ledger.records());
        PurgeKeys later = PurgeKeys.of("later", "h", "/");
        assertEquals(Judgement.HARD, ledger.site("later").judge(later, NO_TAGS, 49, 50));
        assertEquals(Judgement.ALIVE, ledger.site("later").judge(later, NO_TAGS, 50, 50));
        assertEquals(Judgement.HARD, judge(ledger, 49));
    }

    @Test
    void urlsAreNamedAsTheSitesRulesNameThem() {
        PurgeRecord record = new PurgeRecord(1, SITE, Scope.URL, "h/a/b?utm=1&c", Mode.HARD, 0);
        ledger.apply(PurgeScopes.keyed(record, 0, (s, host, target) -> "/a/b?c"));
        assertEquals(Judgement.HARD, judge(ledger, 0));
    }

    @Test
    void localInvalidationsKillWhatIsBeingFetchedToo() {
        LocalInvalidations local = new LocalInvalidations(ledger);
        long bornAtLocal = local.ledger().applied();
        assertEquals(1, declare(local, bornAtLocal, PurgeKeys.url(SITE, "h", "/a/b?c")).revision());
        assertEquals(Judgement.HARD, judge(ledger, bornAtLocal));
        assertEquals(Judgement.ALIVE, judge(ledger, local.ledger().applied()));
        LocalInvalidations.Declared two =
                declare(local, 1, PurgeKeys.tag(SITE, "x"), PurgeKeys.tag(SITE, "red"));
        assertEquals(3, two.revision());
        assertTrue(two.alone());
        assertEquals(Judgement.HARD, judge(ledger, 2, "red"));
    }

    @Test
    void whoDeclaresIsToldThatOthersDidSoMeanwhile() {
        LocalInvalidations local = new LocalInvalidations(ledger);
        long url = PurgeKeys.url(SITE, "h", "/a/b?c");
        declare(local, 0, PurgeKeys.url(SITE, "h", "/other"));
        assertTrue(declare(local, 0, url).alone());
        assertFalse(declare(local, 0, url).alone());
        assertTrue(declare(local, ledger.applied(), url).alone());
    }

    private static LocalInvalidations.Declared declare(
            LocalInvalidations local, long since, Long... names) {
        PurgeKeys keys = PurgeKeys.of(SITE, "h", "/a/b?c");
        return local.declare(SITE, List.of(names), keys, new long[0], since, 0);
    }

    @Test
    void theNumberOfRecordsIsBounded() {
        assertThrows(IllegalArgumentException.class, () -> new Ledger(0));
        assertThrows(IllegalArgumentException.class, () -> new Ledger((1 << 26) + 1));
    }

    private static Judgement judge(Ledger ledger, long bornAt) {
        return judge(ledger, bornAt, "red");
    }

    private static Judgement judge(Ledger ledger, long bornAt, String... tags) {
        return ledger.site(SITE).judge(KEYS, tags(tags), bornAt, ledger.applied());
    }

    private static long[] tags(String... tags) {
        long[] hashes = new long[tags.length];
        for (int i = 0; i < tags.length; i++) {
            hashes[i] = PurgeKeys.tag(SITE, tags[i]);
        }
        return hashes;
    }

    private static KeyedPurge keyed(
            long revision, Scope scope, String value, Mode mode, long acceptedMillis) {
        PurgeRecord record = new PurgeRecord(revision, SITE, scope, value, mode, 0);
        return PurgeScopes.keyed(record, acceptedMillis, PurgeScopes.Targets.VERBATIM);
    }
}
