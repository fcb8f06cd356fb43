package dev.skerry.cache.purge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.cache.key.PurgeKeys;
import dev.skerry.config.protocol.Position;
import dev.skerry.config.protocol.PurgeRecord;
import dev.skerry.config.protocol.PurgeRecord.Mode;
import dev.skerry.config.protocol.PurgeRecord.Scope;
import dev.skerry.config.protocol.Revision;
import dev.skerry.testkit.ChildJvm;
import dev.skerry.testkit.ManualClock;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DurableLedgerTest {
    private static final String SITE = "shop";
    private static final PurgeKeys KEYS = PurgeKeys.of(SITE, "h", "/a");
    private static final long[] RED = {PurgeKeys.tag(SITE, "red")};
    private static final String A = "a".repeat(32);
    private static final String B = "0b".repeat(16);
    private static final int HEADER = 16;
    private static final int ENTRY = 40;

    @TempDir Path directory;
    private final ManualClock clock = new ManualClock();

    @Test
    void rule12WhatWasAcknowledgedIsThereAfterARestart() throws Exception {
        try (DurableLedger durable = open()) {
            assertEquals(2L, get(durable.apply(List.of(tag(1, "red"), tag(2, "blue")))));
            get(durable.advance(7));
        }
        try (DurableLedger durable = open()) {
            assertEquals(7, durable.ledger().applied());
            assertEquals(Judgement.HARD, judge(durable, 0));
            assertEquals(Judgement.ALIVE, judge(durable, 1));
            assertEquals(2, durable.ledger().site(SITE).lastPurge());
            assertEquals(2, durable.ledger().records());
        }
    }

    @Test
    void aPurgeWorksBeforeItIsAcknowledgedAndKnownOnesAreAcknowledgedAgain() throws Exception {
        try (DurableLedger durable = open()) {
            CompletionStage<Long> acknowledged = durable.apply(List.of(tag(3, "red")));
            assertEquals(Judgement.HARD, judge(durable, 0));
            assertEquals(3L, get(acknowledged));
            assertEquals(3L, get(durable.apply(List.of(tag(3, "red"), tag(2, "red")))));
        }
        assertEquals(HEADER + 2 * ENTRY, size(), "applied at the start, and one record");
    }

    @Test
    void aNodesOwnInvalidationsAreThereAfterARestart() throws Exception {
        try (DurableLedger durable = open()) {
            assertTrue(durable.isNew());
            LocalInvalidations local = new LocalInvalidations(durable);
            LocalInvalidations.Declared declared =
                    local.declare(SITE, List.of(RED[0]), KEYS, RED, 0, 0);
            assertEquals(Judgement.HARD, judge(durable, 0), "before it is kept");
            get(declared.kept());
            assertEquals(1, declared.revision());
        }
        try (DurableLedger durable = open()) {
            assertFalse(durable.isNew());
            assertEquals(Judgement.HARD, judge(durable, 0));
            assertEquals(Judgement.ALIVE, judge(durable, 1));
            LocalInvalidations local = new LocalInvalidations(durable);
            get(local.everything(SITE, 0));
            assertEquals(2, local.ledger().applied());
        }
        try (DurableLedger durable = open()) {
            assertEquals(Judgement.HARD, judge(durable, 1));
        }
    }

    @Test
    void rule18SoftStalenessGoesOnCountingThroughARestart() throws Exception {
        try (DurableLedger durable = open()) {
            long accepted = clock.monotonicMillis() - 250;
            get(durable.apply(List.of(soft(1, accepted), soft(2, accepted + 250))));
        }
        clock.advance(Duration.ofSeconds(10));
        try (DurableLedger durable = open()) {
            SiteLedger site = durable.ledger().site(SITE);
            assertEquals(clock.monotonicMillis() - 10_250, site.softSince(KEYS, RED, 0));
            assertEquals(clock.monotonicMillis() - 10_000, site.softSince(KEYS, RED, 1));
            assertEquals(Judgement.SOFT, judge(durable, 1));
        }
    }

    @Test
    void aTornTailIsDroppedWhereverItIsTorn() throws Exception {
        try (DurableLedger durable = open()) {
            get(durable.apply(List.of(tag(1, "red"), tag(2, "blue"))));
        }
        byte[] whole = Files.readAllBytes(journal());
        for (int cut = 1; cut <= ENTRY; cut++) {
            byte[] torn = Arrays.copyOf(whole, whole.length - cut);
            Files.write(journal(), torn);
            try (DurableLedger durable = open()) {
                assertEquals(1, durable.ledger().applied(), "cut " + cut);
                assertEquals(Judgement.HARD, judge(durable, 0));
                get(durable.apply(List.of(tag(2, "green"))));
            }
            try (DurableLedger durable = open()) {
                assertEquals(2, durable.ledger().applied(), "cut " + cut);
            }
        }
    }

    @Test
    void damageBeforeSoundEntriesKillsEverythingStoredBefore() throws Exception {
        try (DurableLedger durable = open()) {
            get(durable.apply(List.of(tag(1, "red"), tag(2, "blue"), tag(3, "green"))));
        }
        assertDamaged(HEADER + 2 * ENTRY + 17);
    }

    @Test
    void aDamagedHeaderKillsEverythingStoredBefore() throws Exception {
        try (DurableLedger durable = open()) {
            get(durable.apply(List.of(tag(1, "red"))));
        }
        assertDamaged(3);
    }

    private void assertDamaged(int at) throws Exception {
        byte[] bytes = Files.readAllBytes(journal());
        bytes[at] ^= 4;
        Files.write(journal(), bytes);
        long floor;
        try (DurableLedger durable = open()) {
            floor = durable.ledger().applied();
            assertTrue(floor > 1000, "above all that the file can have held: " + floor);
            assertEquals(Judgement.HARD, judge(durable, floor - 1));
            assertEquals(Judgement.ALIVE, judge(durable, floor));
            get(durable.apply(List.of(tag(floor + 1, "red"))));
        }
        try (DurableLedger durable = open()) {
            assertEquals(floor + 1, durable.ledger().applied());
            assertEquals(Judgement.HARD, judge(durable, floor));
            PurgeKeys other = PurgeKeys.of("other", "h", "/");
            SiteLedger site = durable.ledger().site("other");
            assertEquals(Judgement.HARD, site.judge(other, RED, floor - 1, floor + 1));
        }
        try (var files = Files.list(directory)) {
            assertTrue(files.anyMatch(file -> file.toString().contains(".damaged-")));
        }
    }

    @Test
    void theFileStaysInProportionToWhatItSays() throws Exception {
        try (DurableLedger durable = open()) {
            for (int group = 0; group < 30; group++) {
                List<KeyedPurge> purges = new ArrayList<>();
                for (int i = 1; i <= 1000; i++) {
                    purges.add(tag(group * 1000L + i, i % 2 == 0 ? "red" : "blue"));
                }
                get(durable.apply(purges));
            }
        }
        assertTrue(size() < 12_000 * ENTRY, () -> "bytes: " + sizeOrMinusOne());
        try (DurableLedger durable = open()) {
            assertEquals(30_000, durable.ledger().applied());
            assertEquals(Judgement.HARD, judge(durable, 29_999));
            assertEquals(Judgement.ALIVE, judge(durable, 30_000));
        }
    }

    @Test
    void floorsSurviveACompaction() throws Exception {
        Ledger small = new Ledger(2);
        try (DurableLedger durable = DurableLedger.open(directory, small, time())) {
            get(durable.apply(List.of(tag(1, "a"), soft(2, 5), tag(3, "b"), tag(4, "c"))));
            assertEquals(Judgement.SOFT, judge(durable, 1));
        }
        try (LedgerJournal journal = new LedgerJournal(directory, new Ledger(2), time())) {
            journal.load();
            journal.compact();
        }
        try (DurableLedger durable = open()) {
            assertEquals(Judgement.HARD, judge(durable, 0), "folded: the tag a");
            assertEquals(Judgement.SOFT, judge(durable, 1), "folded: the soft one");
            assertEquals(5, durable.ledger().site(SITE).softSince(KEYS, RED, 1));
            assertEquals(Judgement.ALIVE, judge(durable, 2));
            assertEquals(4, durable.ledger().applied());
        }
    }

    @Test
    void oneProcessHasTheDirectoryAtATime() throws Exception {
        DurableLedger first = open();
        try (first) {
            IOException refused = assertThrows(IOException.class, this::open);
            assertTrue(refused.toString().contains("in use"), refused.toString());
        }
        open().close();
    }

    @Test
    void afterCloseNothingIsAcknowledged() throws Exception {
        DurableLedger durable = open();
        durable.close();
        CompletionStage<Long> refused = durable.apply(List.of(tag(1, "red")));
        assertTrue(refused.toCompletableFuture().isCompletedExceptionally());
    }

    @Test
    void entriesOfUnknownKindOrWrongSumAreNone() {
        ByteBuffer buffer = ByteBuffer.allocate(ENTRY);
        new JournalEntry(JournalEntry.Kind.KEPT, Mode.SOFT, 1, 2, 3, 4).write(buffer);
        JournalEntry read = JournalEntry.read(buffer, 0);
        assertEquals(new JournalEntry(JournalEntry.Kind.KEPT, Mode.SOFT, 1, 2, 3, 4), read);
        for (int at = 0; at < ENTRY; at++) {
            buffer.put(at, (byte) (buffer.get(at) ^ 1));
            assertEquals(null, JournalEntry.read(buffer, 0), "byte " + at);
            buffer.put(at, (byte) (buffer.get(at) ^ 1));
        }
    }

    @Test
    void killMinusNineLosesNothingAcknowledged() throws Exception {
        long acknowledged = 0;
        for (int round = 0; round < 2; round++) {
            String main = PurgingProgram.class.getName();
            ChildJvm child = ChildJvm.of(main).args(directory.toString()).start();
            try (child) {
                child.awaitLine("acknowledged " + (acknowledged + 200) + "$");
                child.kill9();
            }
            String last = child.awaitOutput().getLast();
            acknowledged = Long.parseLong(last.substring(last.lastIndexOf(' ') + 1));
            try (DurableLedger durable = open()) {
                assertTrue(durable.ledger().applied() >= acknowledged, last);
                assertEquals(Judgement.HARD, judge(durable, acknowledged - 1));
                assertFalse(durable.ledger().applied() > acknowledged + 1, "one was in flight");
                acknowledged = durable.ledger().applied();
            }
        }
    }

    /** Purges one tag again and again, and prints what was acknowledged. */
    public static final class PurgingProgram {
        private PurgingProgram() {}

        /** The directory of the ledger is the argument. */
        public static void main(String[] args) throws Exception {
            NodeTime time = new NodeTime(() -> 0, new ManualClock());
            DurableLedger durable = DurableLedger.open(Path.of(args[0]), new Ledger(1000), time);
            while (true) {
                long next = durable.ledger().applied() + 1;
                System.out.println("acknowledged " + get(durable.apply(List.of(tag(next, "red")))));
            }
        }
    }

    @Test
    void rule17AFollowedHistoryContinuesAfterARestartWhereItsHashProvesIt() throws Exception {
        try (DurableLedger durable = open()) {
            get(durable.adopt(1, List.of(tag(2, "blue")), position(A, 5)));
            HistoryFrame frame = frame(durable);
            get(durable.follow(List.of(tag(frame.local(6), "red")), follow(frame, A, 7)));
        }
        try (DurableLedger durable = open()) {
            assertEquals(position(A, 7), at(durable));
            HistoryFrame frame = frame(durable);
            assertEquals(frame.local(7), durable.ledger().applied());
            assertEquals(Judgement.HARD, judge(durable, frame.local(5)));
            assertEquals(Judgement.ALIVE, judge(durable, frame.local(6)));
        }
    }

    @Test
    void rule17AnotherHistoryKillsAllThatWasStoredAndNumbersStartAboveIt() throws Exception {
        try (DurableLedger durable = open()) {
            get(durable.adopt(1, List.of(), position(A, 900)));
            long stored = durable.ledger().applied();
            assertEquals(Judgement.ALIVE, judge(durable, stored));

            get(durable.adopt(1, List.of(), position(B, 3)));

            assertEquals(Judgement.HARD, judge(durable, stored), "of the other history");
            assertEquals(Judgement.ALIVE, judge(durable, durable.ledger().applied()));
            assertEquals(3, frame(durable).counter(durable.ledger().applied()));
            assertEquals(0, frame(durable).counter(stored));
        }
    }

    @Test
    void rule13TheSameHistoryFurtherOnKeepsItsNumbersAndWhatIsAlive() throws Exception {
        try (DurableLedger durable = open()) {
            get(durable.adopt(1, List.of(), position(A, 10)));
            HistoryFrame frame = frame(durable);

            get(durable.adopt(1, List.of(tag(15, "red")), position(A, 20)));

            assertEquals(frame, frame(durable));
            assertEquals(Judgement.HARD, judge(durable, frame.local(10)));
            assertEquals(Judgement.ALIVE, judge(durable, frame.local(15)));
        }
    }

    @Test
    void aTornEndOfAFollowedHistoryGoesBackToTheLastMark() throws Exception {
        try (DurableLedger durable = open()) {
            get(durable.adopt(1, List.of(), position(A, 1)));
            HistoryFrame frame = frame(durable);
            get(durable.follow(List.of(tag(frame.local(2), "red")), follow(frame, A, 2)));
        }
        try (FileChannel file = FileChannel.open(journal(), StandardOpenOption.WRITE)) {
            file.truncate(file.size() - 1);
        }
        try (DurableLedger durable = open()) {
            assertEquals(position(A, 1), at(durable), "the mark of 2 was torn off");
            HistoryFrame frame = frame(durable);
            get(durable.follow(List.of(tag(frame.local(2), "red")), follow(frame, A, 2)));
            assertEquals(Judgement.HARD, judge(durable, frame.local(1)));
        }
    }

    @Test
    void aNodeThatMadeRevisionsOfItsOwnFollowsNoHistoryAnyMore() throws Exception {
        try (DurableLedger durable = open()) {
            get(durable.adopt(1, List.of(), position(A, 1)));
            get(durable.apply(List.of(tag(1_000_000, "red"))));
            assertNull(durable.followed());
        }
        try (DurableLedger durable = open()) {
            assertNull(durable.followed());
            get(durable.adopt(1, List.of(), position(A, 2)));
            assertEquals(2, frame(durable).counter(durable.ledger().applied()));
        }
    }

    @Test
    void aDamagedJournalForgetsWhereItWasInItsHistory() throws Exception {
        try (DurableLedger durable = open()) {
            get(durable.adopt(1, List.of(tag(1, "red"), tag(2, "blue")), position(A, 3)));
        }
        try (FileChannel file = FileChannel.open(journal(), StandardOpenOption.WRITE)) {
            file.write(ByteBuffer.wrap(new byte[] {99}), HEADER + 1);
        }
        try (DurableLedger durable = open()) {
            assertNull(durable.followed());
        }
    }

    private static Position position(String history, long counter) {
        return new Position(new Revision(history, counter), "%032x".formatted(counter * 31 + 7));
    }

    private static Followed follow(HistoryFrame frame, String history, long counter) {
        return new Followed(frame, position(history, counter));
    }

    private static HistoryFrame frame(DurableLedger durable) {
        return Objects.requireNonNull(durable.followed()).frame();
    }

    private static Position at(DurableLedger durable) {
        return Objects.requireNonNull(durable.followed()).at();
    }

    private DurableLedger open() throws IOException {
        return DurableLedger.open(directory, new Ledger(100_000), time());
    }

    private NodeTime time() {
        return new NodeTime(clock::monotonicMillis, clock);
    }

    private Path journal() {
        return directory.resolve(LedgerJournal.NAME);
    }

    private long size() throws IOException {
        return Files.size(journal());
    }

    private long sizeOrMinusOne() {
        return journal().toFile().length();
    }

    private static <T> T get(CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(30, TimeUnit.SECONDS);
    }

    private static Judgement judge(DurableLedger durable, long bornAt) {
        Ledger ledger = durable.ledger();
        return ledger.site(SITE).judge(KEYS, RED, bornAt, ledger.applied());
    }

    private static KeyedPurge tag(long revision, String tag) {
        return keyed(revision, tag, Mode.HARD, 0);
    }

    private static KeyedPurge soft(long revision, long acceptedMillis) {
        return keyed(revision, "red", Mode.SOFT, acceptedMillis);
    }

    private static KeyedPurge keyed(long revision, String tag, Mode mode, long acceptedMillis) {
        PurgeRecord record = new PurgeRecord(revision, SITE, Scope.TAG, tag, mode, 0);
        return PurgeScopes.keyed(record, acceptedMillis, PurgeScopes.Targets.VERBATIM);
    }
}
