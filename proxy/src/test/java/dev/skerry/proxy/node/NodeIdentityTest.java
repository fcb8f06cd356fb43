package dev.skerry.proxy.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.cache.key.CacheKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What makes a disk a node's own. */
final class NodeIdentityTest {
    @TempDir private Path state;
    private final SecureRandom random = new SecureRandom();

    @Test
    void keysAreTheSameAfterARestart() throws Exception {
        NodeIdentity first = begun();
        assertEquals(key(first), key(open()));
        first.settle();
        assertEquals(key(first), key(open()));
        assertNotEquals(key(first), key(NodeIdentity.ofThisProcess(random)));
    }

    @Test
    void nobodyElseMayReadTheSecret() throws Exception {
        begun();
        assertEquals(
                "rw-------",
                PosixFilePermissions.toString(
                        Files.getPosixFilePermissions(state.resolve("identity"))));
    }

    @Test
    void aDiskOfTheLastStartIsTrustedUntilAllAreMarked() throws Exception {
        NodeIdentity first = open();
        assertEquals(1, first.start());
        assertFalse(first.trusts(""), "one that was never marked");
        String mark1 = first.begin();
        assertTrue(first.trusts(mark1));
        first.settle();

        NodeIdentity second = open();
        assertEquals(2, second.start());
        assertTrue(second.trusts(mark1));
        String mark2 = second.begin();

        // a crash while the disks were being marked: either mark may be found
        NodeIdentity third = open();
        assertTrue(third.trusts(mark1));
        assertTrue(third.trusts(mark2));
        String mark3 = third.begin();
        third.settle();

        NodeIdentity fourth = open();
        assertFalse(fourth.trusts(mark1));
        assertFalse(fourth.trusts(mark2));
        assertTrue(fourth.trusts(mark3));
    }

    @Test
    void aDiskUsedSinceABackupOfTheStateIsAStranger() throws Exception {
        begun().settle();
        Path backup = Files.copy(state.resolve("identity"), state.resolve("backup"));
        NodeIdentity later = open();
        String mark = later.begin();
        later.settle();

        Files.copy(backup, state.resolve("identity"), StandardCopyOption.REPLACE_EXISTING);

        assertFalse(open().trusts(mark));
    }

    @Test
    void withoutItsLedgersANodeTrustsNoDisk() throws Exception {
        NodeIdentity first = open();
        String mark = first.begin();
        first.settle();
        NodeIdentity without = NodeIdentity.open(state, true, random);
        assertFalse(without.trusts(mark));
        assertNotEquals(key(first), key(without));
    }

    @Test
    void anyFlippedBitOfTheFileMakesAStranger() throws Exception {
        NodeIdentity first = open();
        String mark = first.begin();
        first.settle();
        Path file = state.resolve("identity");
        byte[] bytes = Files.readAllBytes(file);
        for (int i = 0; i < bytes.length; i++) {
            byte[] flipped = bytes.clone();
            flipped[i] ^= 1;
            Files.write(file, flipped);
            assertFalse(open().trusts(mark), "byte " + i);
        }
    }

    private NodeIdentity begun() throws IOException {
        NodeIdentity identity = open();
        identity.begin();
        return identity;
    }

    private NodeIdentity open() throws IOException {
        return NodeIdentity.open(state, false, random);
    }

    private static CacheKey key(NodeIdentity identity) {
        return identity.keys().key("shop", "http", "h", "/");
    }
}
