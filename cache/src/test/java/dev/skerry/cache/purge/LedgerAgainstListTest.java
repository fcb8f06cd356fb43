package dev.skerry.cache.purge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.cache.key.PurgeKeys;
import dev.skerry.config.protocol.PurgeRecord;
import dev.skerry.config.protocol.PurgeRecord.Mode;
import dev.skerry.config.protocol.PurgeRecord.Scope;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The ledger beside the plain list of all purges: it may be stricter, never laxer. */
final class LedgerAgainstListTest {
    private static final String[] SITES = {"one", "two"};
    private static final String[] TAGS = {"red", "green", "blue"};
    private static final List<Scope> NAMED =
            List.of(Scope.URL, Scope.TAG, Scope.PREFIX, Scope.HOST);
    private static final int UNBOUNDED = 1000;
    private static final int SEEDS = 300;

    private record Stored(String site, String host, String target, List<String> tags, long born) {}

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, UNBOUNDED})
    void theLedgerIsNeverWeakerThanTheTruth(int mostRecords) {
        for (long seed = 0; seed < SEEDS; seed++) {
            run(seed, mostRecords);
        }
    }

    private static void run(long seed, int mostRecords) {
        SplittableRandom random = new SplittableRandom(seed);
        Ledger ledger = new Ledger(mostRecords);
        List<PurgeRecord> all = new ArrayList<>();
        List<Long> accepted = new ArrayList<>();
        long revision = 0;
        long now = 0;
        for (int step = 0; step < 12; step++) {
            revision += random.nextInt(1, 3);
            now += random.nextInt(0, 50);
            PurgeRecord record = randomPurge(random, revision);
            all.add(record);
            accepted.add(now);
            ledger.apply(PurgeScopes.keyed(record, now, PurgeScopes.Targets.VERBATIM));
            assertTrue(ledger.records() <= mostRecords, () -> "seed " + seed);
            for (int i = 0; i < 8; i++) {
                check(
                        seed,
                        mostRecords,
                        ledger,
                        all,
                        accepted,
                        randomStored(random, revision),
                        random);
            }
        }
    }

    private static void check(
            long seed,
            int mostRecords,
            Ledger ledger,
            List<PurgeRecord> all,
            List<Long> accepted,
            Stored stored,
            SplittableRandom random) {
        String context = "seed " + seed + ": " + stored + " after " + all;
        SiteLedger site = ledger.site(stored.site());
        PurgeKeys keys = PurgeKeys.of(stored.site(), stored.host(), stored.target());
        long[] tags =
                stored.tags().stream().mapToLong(t -> PurgeKeys.tag(stored.site(), t)).toArray();
        long applied = ledger.applied();
        boolean exact = mostRecords == UNBOUNDED;
        for (long upTo : new long[] {applied, random.nextLong(applied + 1)}) {
            Judgement truth = truth(all, stored, upTo);
            Judgement said = site.judge(keys, tags, stored.born(), upTo);
            assertTrue(said.compareTo(truth) >= 0, () -> said + " up to " + upTo + "; " + context);
            long need = site.need(keys, tags, upTo);
            assertTrue(need <= upTo && need >= need(all, stored, upTo), context);
            if (exact && upTo == applied) {
                assertEquals(truth, said, context);
                assertEquals(need(all, stored, upTo), need, context);
            }
        }
        long since = Long.MAX_VALUE;
        for (int i = 0; i < all.size(); i++) {
            if (kills(all.get(i), stored) && all.get(i).mode() == Mode.SOFT) {
                since = Math.min(since, accepted.get(i));
            }
        }
        if (truth(all, stored, applied) == Judgement.SOFT) {
            assertTrue(site.softSince(keys, tags, stored.born()) <= since, context);
        }
    }

    private static Judgement truth(List<PurgeRecord> all, Stored stored, long upTo) {
        Judgement worst = Judgement.ALIVE;
        for (PurgeRecord record : all) {
            if (record.revision() <= upTo && kills(record, stored)) {
                Judgement verdict = record.mode() == Mode.HARD ? Judgement.HARD : Judgement.SOFT;
                worst = verdict.compareTo(worst) > 0 ? verdict : worst;
            }
        }
        return worst;
    }

    private static long need(List<PurgeRecord> all, Stored stored, long upTo) {
        return all.stream()
                .filter(r -> r.mode() == Mode.HARD && r.revision() <= upTo && names(r, stored))
                .mapToLong(PurgeRecord::revision)
                .max()
                .orElse(0);
    }

    private static boolean kills(PurgeRecord record, Stored stored) {
        return stored.born() < record.revision() && names(record, stored);
    }

    private static boolean names(PurgeRecord record, Stored stored) {
        if (!record.site().equals(stored.site())) {
            return false;
        }
        String url = stored.host() + stored.target();
        return switch (record.scope()) {
            case URL -> record.value().equals(url);
            case TAG -> stored.tags().contains(record.value());
            case PREFIX -> url.equals(record.value()) || url.startsWith(record.value() + "/");
            case HOST -> record.value().equals(stored.host());
            case EVERYTHING -> true;
        };
    }

    private static PurgeRecord randomPurge(SplittableRandom random, long revision) {
        Scope scope = random.nextInt(8) == 0 ? Scope.EVERYTHING : NAMED.get(random.nextInt(4));
        String host = random.nextBoolean() ? "h" : "g";
        String value =
                switch (scope) {
                    case URL -> host + target(random);
                    case TAG -> TAGS[random.nextInt(3)];
                    case PREFIX -> host + (random.nextBoolean() ? "/a" : "");
                    case HOST -> host;
                    case EVERYTHING -> "";
                };
        Mode mode = random.nextBoolean() ? Mode.HARD : Mode.SOFT;
        return new PurgeRecord(revision, SITES[random.nextInt(2)], scope, value, mode, 0);
    }

    private static Stored randomStored(SplittableRandom random, long revision) {
        List<String> tags = new ArrayList<>();
        for (String tag : TAGS) {
            if (random.nextInt(3) == 0) {
                tags.add(tag);
            }
        }
        return new Stored(
                SITES[random.nextInt(2)],
                random.nextBoolean() ? "h" : "g",
                target(random),
                tags,
                random.nextLong(revision + 1));
    }

    private static String target(SplittableRandom random) {
        return "/" + (random.nextBoolean() ? "a/" : "") + random.nextInt(3);
    }
}
