package dev.skerry.control.store;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.skerry.config.protocol.PurgeRecord;
import dev.skerry.config.protocol.PurgeRecord.Mode;
import dev.skerry.config.protocol.PurgeRecord.Scope;
import dev.skerry.config.protocol.SiteDocument;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What every control store says in a snapshot: what counts, and not more than it must. */
public abstract class SnapshotContract extends StoreFixture {
    @Test
    void aSnapshotHoldsSitesAsTheyAreAndTheirCreationAsAPurge() throws Exception {
        append(apply("b", "1"), apply("b", "2"), apply("a", "1"), apply("gone", "1"));
        append(new Draft.DeleteSite("gone", null));
        var snapshot = store().snapshot();
        assertEquals(store().head(), snapshot.at());
        assertEquals(
                List.of(new SiteDocument("a", 1, 4, "1"), new SiteDocument("b", 2, 3, "2")),
                snapshot.sites());
        assertEquals(
                List.of(
                        whole(2, "b", Mode.HARD),
                        whole(4, "a", Mode.HARD),
                        whole(6, "gone", Mode.HARD)),
                snapshot.purges());
    }

    @Test
    void theLatestHardPurgeOfANameCounts() throws Exception {
        append(tag("shop", "a"), tag("shop", "b"), tag("other", "a"));
        clock.advance(Duration.ofSeconds(1));
        PurgeRecord other = store().snapshot().purges().get(2);
        PurgeRecord b = store().snapshot().purges().get(1);
        append(tag("shop", "a"), new Draft.Purge("shop", Scope.HOST, "a", Mode.HARD));
        long now = clock.millis();
        assertEquals(
                List.of(
                        b,
                        other,
                        tagged(5, "shop", "a"),
                        new PurgeRecord(6, "shop", Scope.HOST, "a", Mode.HARD, now)),
                store().snapshot().purges());
    }

    /** Else a node that starts from a snapshot would let stale windows begin anew (rule 18). */
    @Test
    void aSoftPurgeComesWithTheOneBeforeAndTheEarliestTime() throws Exception {
        long first = clock.millis();
        for (int i = 0; i < 3; i++) {
            append(softTag("shop", "a"));
            clock.advance(Duration.ofSeconds(1));
        }
        append(tag("shop", "a"));
        assertEquals(
                List.of(
                        new PurgeRecord(3, "shop", Scope.TAG, "a", Mode.SOFT, first),
                        new PurgeRecord(4, "shop", Scope.TAG, "a", Mode.SOFT, first + 2000),
                        tagged(5, "shop", "a")),
                store().snapshot().purges());
    }

    @Test
    void aHardPurgeOfEverythingEndsWhatWasBeforeAndASoftOneDoesNot() throws Exception {
        append(tag("shop", "a"), softTag("shop", "b"), everything("shop", Mode.SOFT));
        append(tag("other", "a"));
        assertEquals(4, store().snapshot().purges().size());
        append(everything("shop", Mode.HARD));
        assertEquals(
                List.of(tagged(5, "other", "a"), whole(6, "shop", Mode.HARD)),
                store().snapshot().purges());
        append(tag("shop", "a"), everything("shop", Mode.HARD));
        assertEquals(
                List.of(tagged(5, "other", "a"), whole(8, "shop", Mode.HARD)),
                store().snapshot().purges());
    }

    @Test
    void atTheBoundTheOldestSixteenthOfTheLargestSiteFolds() throws Exception {
        reopen(new StoreLimits(1000, 40, 10));
        append(tag("small", "a"), everything("small", Mode.SOFT));
        for (int i = 0; i < 39; i++) {
            append(tag("large", "t" + i));
        }
        // Forty names, and a purge of everything, which does not count.
        assertEquals(41, store().snapshot().purges().size());
        append(tag("large", "t39"));
        // A sixteenth of forty is two: the first two of the site, at counters 4 and 5.
        List<PurgeRecord> purges = store().snapshot().purges();
        assertEquals(
                List.of(
                        tagged(2, "small", "a"),
                        whole(3, "small", Mode.SOFT),
                        whole(5, "large", Mode.HARD),
                        tagged(6, "large", "t2")),
                purges.subList(0, 4));
        assertEquals(41, purges.size());
    }

    @Test
    void foldedPurgesKeepTheirKind() throws Exception {
        reopen(new StoreLimits(1000, 32, 10));
        long first = clock.millis();
        append(softTag("shop", "s0"));
        clock.advance(Duration.ofSeconds(1));
        append(tag("shop", "h0"), softTag("shop", "s0"), tag("shop", "h1"), softTag("shop", "s1"));
        for (int i = 0; i < 29; i++) {
            append(tag("shop", "t" + i));
        }
        // 33 names: h0 (3) and s0 (4) fold, soft staleness from the first purge of s0.
        assertEquals(
                List.of(
                        whole(3, "shop", Mode.HARD),
                        new PurgeRecord(4, "shop", Scope.EVERYTHING, "", Mode.SOFT, first),
                        tagged(5, "shop", "h1")),
                store().snapshot().purges().subList(0, 3));
        append(tag("shop", "x"), tag("shop", "y"));
        // h1 (5) and s1 (6) fold: what is hard at 5 swallows what was soft at 4.
        assertEquals(
                List.of(
                        whole(5, "shop", Mode.HARD),
                        whole(6, "shop", Mode.SOFT),
                        tagged(7, "shop", "t0")),
                store().snapshot().purges().subList(0, 3));
    }

    @Test
    void aBoundOfOneHolds() throws Exception {
        reopen(new StoreLimits(1000, 1, 10));
        append(tag("a", "1"), tag("b", "1"), tag("a", "2"), softTag("c", "1"));
        assertEquals(
                List.of(
                        whole(3, "b", Mode.HARD),
                        whole(4, "a", Mode.HARD),
                        new PurgeRecord(5, "c", Scope.TAG, "1", Mode.SOFT, clock.millis())),
                store().snapshot().purges());
    }

    @Test
    void theBoundIsKeptAcrossReopening() throws Exception {
        append(tag("shop", "a"), tag("shop", "b"), tag("shop", "c"));
        reopen(new StoreLimits(1000, 2, 10));
        assertEquals(3, store().snapshot().purges().size());
        append(tag("shop", "d"));
        assertEquals(
                List.of(
                        whole(3, "shop", Mode.HARD),
                        tagged(4, "shop", "c"),
                        tagged(5, "shop", "d")),
                store().snapshot().purges());
    }
}
