package dev.skerry.cache.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.skerry.cache.http.FieldList;
import dev.skerry.cache.http.ResponseHead;
import dev.skerry.cache.key.KeyName;
import dev.skerry.cache.purge.PurgeScopes;
import dev.skerry.cache.store.Stamp;
import dev.skerry.cache.store.StoredHead;
import dev.skerry.config.protocol.PurgeRecord;
import dev.skerry.config.protocol.PurgeRecord.Mode;
import dev.skerry.config.protocol.PurgeRecord.Scope;
import dev.skerry.testkit.Gate;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What PURGE.md asks of fetches, where it takes an upstream that says what it likes. */
final class PurgeRulesTest extends EngineScene {
    private final CacheEngine engine = engine(CacheEngine.Limits.DEFAULT);

    private void purge(long revision, String site) {
        PurgeRecord record =
                new PurgeRecord(revision, site, Scope.HOST, "shop.example", Mode.HARD, 0);
        ledger.apply(PurgeScopes.keyed(record, 0, PurgeScopes.Targets.VERBATIM));
    }

    @Test
    void rule3ARequestJoinsOnlyAFetchThatBeganAfterWhatItNeeds() throws Exception {
        Gate head = gate("head");
        upstream.plays(request -> {
            head.await();
            return PlayedUpstream.response(200, new byte[0], "Cache-Control", "max-age=100");
        });
        CompletableFuture<Answer> before = ask(engine, "/a");
        head.awaitArrival();
        assertEquals(Peek.Next.COLLAPSE, engine.peek(request("/a", null)).next());

        purge(5, "shop");

        assertEquals(Peek.Next.FETCH, engine.peek(request("/a", null)).next());
        head.open();
        assertEquals(CacheOutcome.MISS, now(before).outcome());
    }

    /** An upstream that claims an older birth each time, as a shield of another history does. */
    @Test
    void rule4TheSecondAnswerIsAlwaysAcceptable() throws Exception {
        purge(5, "shop");
        purge(6, "other");
        upstream.plays(request -> {
            if (upstream.requests().size() > 2) {
                throw new UpstreamFailure(UpstreamFailure.Kind.CONNECT, "asked too often");
            }
            return PlayedUpstream.response(200, new byte[0], "Cache-Control", "max-age=100");
        });

        assertEquals(CacheOutcome.MISS, get(engine, "/a").outcome());

        assertEquals(2, upstream.requests().size());
        assertEquals(5, upstream.requests().getFirst().need());
        assertEquals(6, upstream.requests().getLast().need());
    }

    private static StoredHead head(long bornAt, long bornAtLocal, long received, String tag) {
        return new StoredHead(
                new ResponseHead(200, FieldList.of("ETag", "\"1\"")),
                List.of(),
                FieldList.EMPTY,
                List.of(tag),
                new Stamp(bornAt, bornAtLocal, received, 0, 1000, 0, 0, 0),
                new KeyName("shop", "http", "shop.example", "/a"));
    }

    @Test
    void rule10JoinedPartsAreBornWithTheOldestAndHaveAllTags() {
        StoredHead one = head(3, 9, 10, "red");
        StoredHead other = head(5, 7, 20, "blue");
        for (StoredHead united :
                List.of(PartStore.united(one, other), PartStore.united(other, one))) {
            assertEquals(3, united.stamp().bornAt());
            assertEquals(7, united.stamp().bornAtLocal());
            assertEquals(Set.of("red", "blue"), Set.copyOf(united.tags()));
        }
    }
}
