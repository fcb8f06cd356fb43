package dev.skerry.proxy.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.cache.engine.Liveness;
import dev.skerry.cache.engine.TimeSource;
import dev.skerry.cache.http.FieldList;
import dev.skerry.cache.http.RequestHead;
import dev.skerry.cache.key.PurgeKeys;
import dev.skerry.cache.purge.DurableLedger;
import dev.skerry.cache.purge.Judgement;
import dev.skerry.cache.purge.Lease;
import dev.skerry.cache.purge.Ledger;
import dev.skerry.cache.purge.LocalInvalidations;
import dev.skerry.cache.purge.NodeTime;
import dev.skerry.config.protocol.Change;
import dev.skerry.config.protocol.NodeReport;
import dev.skerry.config.protocol.Position;
import dev.skerry.config.protocol.PurgeRecord;
import dev.skerry.config.protocol.PurgeRecord.Mode;
import dev.skerry.config.protocol.PurgeRecord.Scope;
import dev.skerry.config.protocol.Revision;
import dev.skerry.config.protocol.SiteDocument;
import dev.skerry.config.protocol.Snapshot;
import dev.skerry.config.protocol.StreamEvent;
import dev.skerry.config.protocol.StreamEvent.SentChange;
import dev.skerry.config.protocol.StreamEvent.SentPurge;
import dev.skerry.proxy.admin.Readiness;
import dev.skerry.proxy.pipeline.SiteRoutes;
import dev.skerry.testkit.ManualClock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the change stream does to a node, and what of it is there after a restart. */
final class FollowingNodeTest {
    private static final String HISTORY = "ab".repeat(16);
    private static final String SHOP =
            "site: shop\nhosts: [www.shop.example]\norigins:\n  - url: http://127.0.0.1:1\n";

    private static final TimeSource TIME = TimeSource.system();

    @TempDir private Path state;
    private final ManualClock clock = new ManualClock();
    private DurableLedger ledger;
    private NodeSites sites;
    private LocalInvalidations local;
    private Readiness readiness;
    private Lease lease;
    private FollowingNode node;

    @BeforeEach
    void start() throws Exception {
        ledger =
                DurableLedger.open(
                        state, new Ledger(1000), new NodeTime(clock::monotonicMillis, clock));
        local = new LocalInvalidations(new Ledger(10));
        sites =
                new NodeSites(
                        "n",
                        SiteRoutes.Names.ALONE,
                        1,
                        false,
                        site ->
                                request -> {
                                    throw new IllegalStateException("nobody asks");
                                },
                        site -> new Liveness(site, ledger.ledger(), local),
                        SiteKeyings.ofThisProcess(),
                        local,
                        clock::monotonicMillis,
                        all -> {});
        lease =
                Lease.none(
                        new NodeTime(
                                TIME::monotonicMillis,
                                () -> Instant.ofEpochMilli(TIME.wallMillis())));
        readiness = new Readiness(List.of(FollowingNode.CAUGHT_UP));
        node =
                new FollowingNode(
                        ledger,
                        new SiteDocuments(state),
                        sites,
                        TIME,
                        lease,
                        new Departure(state),
                        readiness,
                        question -> question);
        node.restore();
    }

    @AfterEach
    void stop() throws Exception {
        ledger.close();
    }

    @Test
    void rule13ReadyOnlyWhenTheHeadReadAfterTheHelloIsApplied() throws Exception {
        node.head(at(5));
        done(node.snapshot(snapshot(3, document(1, SHOP)), List.of()));
        assertFalse(readiness.ready(), "at 3 of 5");
        assertNull(sites.get(), "and nothing is served");
        assertEquals(NodeReport.State.STARTING, node.state());

        done(node.changes(batch(5, tag(4), tag(5))));

        assertTrue(readiness.ready());
        assertNotNull(sites.get());
        assertEquals(NodeReport.State.READY, node.state());
    }

    @Test
    void rule12WhatAStageAcknowledgedIsThereAfterARestart() throws Exception {
        done(node.snapshot(snapshot(3, document(1, SHOP)), List.of()));
        done(node.changes(batch(4, tag(4))));
        stop();
        start();

        assertEquals(at(4), node.position());
        assertEquals(Set.of("shop"), sites.names());
        assertFalse(readiness.ready(), "before it caught up");
    }

    @Test
    void rule19WithoutAControlPlaneItServesWhatItKept() throws Exception {
        node.serveWithout();
        assertFalse(readiness.ready(), "it knows nothing");
        done(node.snapshot(snapshot(3, document(1, SHOP)), List.of()));
        stop();
        start();

        node.serveWithout();

        assertTrue(readiness.ready());
        assertNotNull(sites.get());
    }

    @Test
    void rule19ARestartedNodeHasNoLeaseUntilTheControlPlaneGivesOne() throws Exception {
        done(node.snapshot(snapshot(3, document(1, SHOP)), List.of()));
        node.vouched(at(3), 0, 30_000);
        assertTrue(lease.remainingMillis() > 0);
        stop();
        start();

        node.serveWithout();

        assertTrue(readiness.ready());
        assertEquals(0, lease.remainingMillis());
    }

    @Test
    void rule19ANodeThatLeftServesNothingBeforeItHasHeardWhatItMissed() throws Exception {
        done(node.snapshot(snapshot(3, document(1, SHOP)), List.of()));
        node.head(at(3));
        node.leaves();
        done(node.changes(batch(4, tag(4))));
        stop();
        start();

        node.serveWithout();
        assertFalse(readiness.ready(), "purges may not have waited for it");
        node.head(at(5));
        stop();
        start();
        node.serveWithout();
        assertFalse(readiness.ready(), "it is on the list again, and lacks 5");

        node.head(at(5));
        done(node.changes(batch(5, tag(5))));
        assertTrue(readiness.ready());
        stop();
        start();
        node.serveWithout();
        assertTrue(readiness.ready(), "no purge is done without it");
    }

    @Test
    void rule14OnlyWhoHasAppliedTheHeadHasALease() throws Exception {
        node.vouched(at(3), 0, 30_000);
        assertEquals(0, lease.remainingMillis(), "with nothing");
        done(node.snapshot(snapshot(3, document(1, SHOP)), List.of()));
        node.vouched(at(4), 0, 30_000);
        assertEquals(0, lease.remainingMillis(), "with 3 of 4");
        Position foreign = new Position(new Revision("cd".repeat(16), 1), "%032x".formatted(1));
        node.vouched(foreign, 0, 30_000);
        assertEquals(0, lease.remainingMillis(), "by another history");
        done(node.changes(batch(4, tag(4))));

        node.vouched(at(4), 20_000, 30_000);

        long left = lease.remainingMillis();
        assertTrue(left > 0 && left <= 10_000, left + " ms");
    }

    @Test
    void rule18ACreatedSiteAndADeletedOneArePurgedWhole() throws Exception {
        done(node.snapshot(snapshot(3), List.of()));
        long before = ledger.ledger().applied();
        assertEquals(Judgement.ALIVE, judge(before));

        done(node.changes(batch(4, new Change.SiteApplied(4, "shop", 1, SHOP, true, 0))));

        assertEquals(Set.of("shop"), sites.names());
        assertEquals(Judgement.HARD, judge(before));
        long atFour = ledger.ledger().applied();
        done(node.changes(batch(5, new Change.SiteApplied(5, "shop", 2, SHOP, false, 0))));
        assertEquals(Judgement.ALIVE, judge(atFour), "a change of rules purges nothing");
        done(node.changes(batch(6, new Change.SiteDeleted(6, "shop", 0))));
        assertEquals(Set.of(), sites.names());
        assertEquals(Judgement.HARD, judge(atFour));
    }

    @Test
    void p1HoldsWhenQueryRulesAreChangedAndChangedBack() throws Exception {
        String other = SHOP + "defaults: {query: ignore}\n";
        done(node.snapshot(snapshot(3, document(1, SHOP)), List.of()));
        Liveness before = liveness();
        long stored = before.appliedLocal();

        done(node.changes(batch(4, applied(4, SHOP + "defaults: {ttl: 1h}\n"))));
        assertEquals(Judgement.ALIVE, judgeLocally(stored), "no key has changed");
        done(node.changes(batch(5, applied(5, other))));
        assertEquals(Judgement.HARD, judgeLocally(stored), "it has another key now");

        // A request that was routed before the change stores what nobody will find alive.
        assertEquals(Judgement.HARD, judgeLocally(before.appliedLocal()));
        long between = liveness().appliedLocal();
        assertEquals(Judgement.ALIVE, judgeLocally(between));
        done(node.changes(batch(6, applied(6, SHOP))));
        assertEquals(Judgement.HARD, judgeLocally(between));
        assertEquals(Judgement.ALIVE, judgeLocally(liveness().appliedLocal()));
    }

    private static Change applied(long revision, String document) {
        return new Change.SiteApplied(revision, "shop", revision, document, false, 0);
    }

    private Liveness liveness() {
        RequestHead head = new RequestHead("GET", "http", "www.shop.example", "/", FieldList.EMPTY);
        return Objects.requireNonNull(sites.routes().match(head, null)).route().liveness();
    }

    private Judgement judgeLocally(long bornAtLocal) {
        Ledger order = local.ledger();
        return order.site("shop").judge(keys(), new long[0], bornAtLocal, order.applied());
    }

    @Test
    void aBadSiteNeverStopsTheOthersAndKeepsItsLastGoodDocument() throws Exception {
        done(node.snapshot(snapshot(3, document(1, SHOP)), List.of()));
        String other = SHOP.replace("shop", "other");

        done(
                node.changes(
                        batch(
                                5,
                                new Change.SiteApplied(
                                        4, "shop", 2, "site: shop\nhots: [x]", false, 0),
                                new Change.SiteApplied(5, "other", 1, other, true, 0))));

        assertEquals(Set.of("other", "shop"), sites.names());
        NodeReport.SiteProblem problem = node.problems().getFirst();
        assertEquals(List.of("shop", 2L), List.of(problem.site(), problem.version()));
        assertTrue(problem.detail().contains("hots"), problem.detail());
        done(node.changes(batch(6, new Change.SiteApplied(6, "shop", 3, SHOP, false, 0))));
        assertEquals(List.of(), node.problems());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 30, 60, -4, -1})
    void aFileOfSitesThatIsNotWholeIsNotServedFrom(int kept) throws Exception {
        startsWithoutSites(bytes -> Arrays.copyOf(bytes, kept < 0 ? bytes.length + kept : kept));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 20, 60, 100, -10, -1})
    void aFileOfSitesWithAFlippedBitIsNotServedFrom(int place) throws Exception {
        startsWithoutSites(bytes -> {
            bytes[place < 0 ? bytes.length + place : place] ^= 1;
            return bytes;
        });
    }

    @Test
    void aFileOfSitesThatIsNoTextIsNotServedFrom() throws Exception {
        startsWithoutSites(bytes -> new byte[] {(byte) 0xff, (byte) 0xfe, 0, 1, 2});
    }

    private void startsWithoutSites(UnaryOperator<byte[]> damage) throws Exception {
        done(node.snapshot(snapshot(3, document(1, SHOP)), List.of()));
        stop();
        Path file = state.resolve("sites.jsonl");
        Files.write(file, damage.apply(Files.readAllBytes(file)));
        start();

        assertNull(node.position(), "so that the control plane sends everything");
        node.serveWithout();
        assertFalse(readiness.ready());
    }

    @Test
    void aControlPlaneThatLostItsStoreTakesNoSiteAway() throws Exception {
        done(node.snapshot(snapshot(3, document(1, SHOP)), List.of()));
        long stored = ledger.ledger().applied();
        Position other = new Position(new Revision("cd".repeat(16), 1), "%032x".formatted(1));

        done(node.snapshot(new Snapshot(other, 1, List.of(), List.of()), List.of()));

        assertEquals(Set.of("shop"), sites.names());
        assertEquals(Judgement.HARD, judge(stored), "but all that was stored is dead");
        SiteDocument news = new SiteDocument("news", 1, 2, SHOP.replace("shop", "news"));
        Position more = new Position(new Revision("cd".repeat(16), 2), "%032x".formatted(2));
        done(node.snapshot(new Snapshot(more, 1, List.of(), List.of(news)), List.of()));
        assertEquals(Set.of("news"), sites.names(), "one that has sites is believed");
    }

    @Test
    void changesOfAHistoryThatIsNotFollowedAreRefused() {
        CompletionStage<Position> refused = node.changes(batch(4, tag(4)));
        assertTrue(refused.toCompletableFuture().isCompletedExceptionally());
    }

    @Test
    void rule18SoftStalenessCountsFromAcceptance() throws Exception {
        PurgeRecord soft = new PurgeRecord(2, "shop", Scope.TAG, "red", Mode.SOFT, 0);
        done(node.snapshot(snapshot(3), List.of(new SentPurge(soft, 60_000))));
        long since =
                ledger.ledger()
                        .site("shop")
                        .softSince(keys(), new long[] {PurgeKeys.tag("shop", "red")}, 0);
        long age = TimeSource.system().monotonicMillis() - since;
        assertTrue(age >= 60_000, age + " ms");
    }

    private Judgement judge(long bornAt) {
        return ledger.ledger()
                .site("shop")
                .judge(keys(), new long[0], bornAt, ledger.ledger().applied());
    }

    private static PurgeKeys keys() {
        return PurgeKeys.of("shop", "www.shop.example", "/");
    }

    private static Position at(long counter) {
        return new Position(new Revision(HISTORY, counter), "%032x".formatted(counter));
    }

    private static Snapshot snapshot(long counter, SiteDocument... documents) {
        return new Snapshot(at(counter), 1, List.of(), List.of(documents));
    }

    private static SiteDocument document(long version, String text) {
        return new SiteDocument("shop", version, 2, text);
    }

    private static StreamEvent.Changes batch(long after, Change... changes) {
        return new StreamEvent.Changes(
                Arrays.stream(changes).map(change -> new SentChange(change, 0)).toList(),
                at(after));
    }

    private static Change tag(long counter) {
        return new Change.Purged(new PurgeRecord(counter, "shop", Scope.TAG, "red", Mode.HARD, 0));
    }

    private static <T> T done(CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(30, TimeUnit.SECONDS);
    }
}
