package dev.skerry.cache.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.cache.http.FieldList;
import dev.skerry.cache.http.ResponseHead;
import dev.skerry.cache.key.KeyName;
import dev.skerry.cache.key.PurgeKeys;
import dev.skerry.cache.purge.KeyedPurge;
import dev.skerry.cache.purge.Ledger;
import dev.skerry.cache.purge.LocalInvalidations;
import dev.skerry.cache.purge.PurgeScopes;
import dev.skerry.cache.store.Stamp;
import dev.skerry.cache.store.StoredHead;
import dev.skerry.cache.store.head.HeadCodec;
import dev.skerry.config.protocol.PurgeRecord.Mode;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a slower tier is told about the dead. */
final class LedgerSurvivorsTest {
    private static final String SITE = "shop";
    private static final KeyName NAME = new KeyName(SITE, "https", "www.example", "/a/b?c");

    private final Ledger fleet = new Ledger(100);
    private final LocalInvalidations local = new LocalInvalidations(new Ledger(100));
    private final LedgerSurvivors survivors = new LedgerSurvivors(fleet, local);

    @Test
    void aHardPurgeOfAnyNameOfAResponseKillsIt() {
        List<Long> names =
                List.of(
                        PurgeKeys.url(SITE, "www.example", "/a/b?c"),
                        PurgeKeys.prefix(SITE, "www.example", "/a"),
                        PurgeKeys.host(SITE, "www.example"),
                        PurgeKeys.tag(SITE, "red"),
                        KeyedPurge.EVERYTHING);
        long revision = 0;
        for (long name : names) {
            assertTrue(survivors.isAlive(head(NAME, revision, 0)));
            purge(++revision, name, Mode.SOFT);
            assertTrue(survivors.isAlive(head(NAME, revision - 1, 0)), "it can be validated");
            purge(++revision, name, Mode.HARD);
            assertFalse(survivors.isAlive(head(NAME, revision - 1, 0)));
            assertTrue(survivors.isAlive(head(NAME, revision, 0)));
        }
    }

    @Test
    void anInvalidationOfItsGroupUnderItsHostKillsIt() {
        invalidate(PurgeKeys.group(SITE, "other.example", "red"));
        assertTrue(survivors.isAlive(head(NAME, 0, 0)));
        invalidate(PurgeKeys.group(SITE, "www.example", "red"));
        assertFalse(survivors.isAlive(head(NAME, 0, 1)));
        assertTrue(survivors.isAlive(head(NAME, 0, 2)));
    }

    @Test
    void whatHasNoNameCannotBeJudged() {
        purge(1, KeyedPurge.EVERYTHING, Mode.HARD);
        assertTrue(survivors.isAlive(head(null, 0, 0)));
    }

    @Test
    void whatWasBornByRevisionsThatAreLostIsNotFromBefore() {
        fleet.advance(7);
        local.everything(SITE, 0);
        LedgerSurvivors restored = new LedgerSurvivors(fleet, local);
        assertTrue(restored.mayBeFromBefore(7, 1));
        assertFalse(restored.mayBeFromBefore(8, 1));
        assertFalse(restored.mayBeFromBefore(7, 2));
        fleet.advance(9);
        assertFalse(restored.mayBeFromBefore(8, 1), "the same number, given anew");
    }

    @Test
    void aHeadInTheMiddleOfABufferIsReadFromItsPosition() {
        ByteBuffer padded = ByteBuffer.allocate(1000).position(13);
        padded.put(head(NAME, 0, 0)).flip().position(13);
        assertEquals(NAME, HeadCodec.name(padded));
        assertEquals(List.of("red", "blue"), HeadCodec.tags(padded));
    }

    private void purge(long revision, long name, Mode mode) {
        fleet.apply(new KeyedPurge(revision, PurgeScopes.site(SITE), name, mode, 0));
    }

    private void invalidate(long name) {
        local.declare(SITE, List.of(name), PurgeKeys.of(SITE, "h", "/"), new long[0], 0, 0);
    }

    private static ByteBuffer head(@Nullable KeyName name, long bornAt, long bornAtLocal) {
        Stamp stamp = new Stamp(bornAt, bornAtLocal, 0, 0, 0, 0, 0, 0);
        return ByteBuffer.wrap(
                HeadCodec.encode(
                        new StoredHead(
                                new ResponseHead(200, FieldList.of("A", "b")),
                                List.of("accept"),
                                FieldList.of("accept", "*"),
                                List.of("red", "blue"),
                                stamp,
                                name)));
    }
}
