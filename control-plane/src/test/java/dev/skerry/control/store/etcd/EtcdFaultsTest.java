package dev.skerry.control.store.etcd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.config.protocol.PurgeRecord.Mode;
import dev.skerry.config.protocol.PurgeRecord.Scope;
import dev.skerry.control.store.ControlStore.Entry;
import dev.skerry.control.store.Draft;
import dev.skerry.control.store.StoreLimits;
import dev.skerry.control.store.UnknownOutcome;
import dev.skerry.testkit.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A member that is full, and one that wants a login. */
@Tag("slow")
final class EtcdFaultsTest {
    private static final Draft PURGE = new Draft.Purge("shop", Scope.TAG, "a", Mode.HARD);

    @TempDir Path folder;

    @Test
    void aFullEtcdTakesNoWritesLosesNothingAndComesBack() throws Exception {
        try (EtcdServers servers = EtcdServers.start(1, "--quota-backend-bytes=16777216");
                EtcdStore store = open(servers.at("skerry/"))) {
            EtcdServers.Member member = servers.members().getFirst();
            String noise =
                    new Random(1)
                            .ints(200_000, '!', '~')
                            .mapToObj(Character::toString)
                            .collect(Collectors.joining());
            int written = 0;
            IOException full = null;
            while (full == null) {
                try {
                    store.put(List.of(new Entry("fill/" + written, noise + written)));
                    written++;
                } catch (IOException e) {
                    full = e;
                }
            }
            assertTrue(String.valueOf(full.getMessage()).contains("etcd is full"), full::toString);
            assertFalse(full instanceof UnknownOutcome);
            long head = store.head().counter();
            IOException refused =
                    assertThrows(
                            IOException.class,
                            () -> store.append(List.of(PURGE), changes -> List.of()));
            assertTrue(String.valueOf(refused.getMessage()).contains("etcd is full"));
            assertEquals(head, store.head().counter());
            assertNotNull(store.get("fill/" + (written - 1)));

            assertEquals(0, servers.ctl(member, "del", "--prefix", "skerry/r/fill/"));
            servers.compact();
            assertEquals(0, servers.ctl(member, "defrag"));
            assertEquals(0, servers.ctl(member, "alarm", "disarm"));
            assertEquals(
                    head + 1,
                    store.append(List.of(PURGE), changes -> List.of()).position().counter());
            assertEquals(1, store.snapshot().purges().size());
        }
    }

    @Test
    void aLoginIsMadeAndMadeAgainWhenItsTokenIsGone() throws Exception {
        Path password = Files.writeString(folder.resolve("password"), "secret\n");
        Path wrong = Files.writeString(folder.resolve("wrong"), "guess\n");
        try (EtcdServers servers = EtcdServers.start(1)) {
            EtcdServers.Member member = servers.members().getFirst();
            assertEquals(0, servers.ctl(member, "user", "add", "root:rootpw"));
            assertEquals(0, servers.ctl(member, "role", "add", "skerry"));
            assertEquals(
                    0,
                    servers.ctl(
                            member,
                            "role",
                            "grant-permission",
                            "--prefix=true",
                            "skerry",
                            "readwrite",
                            "skerry/"));
            assertEquals(0, servers.ctl(member, "user", "add", "cp:secret"));
            assertEquals(0, servers.ctl(member, "user", "grant-role", "cp", "skerry"));
            assertEquals(0, servers.ctl(member, "user", "grant-role", "root", "root"));
            assertEquals(0, servers.ctl(member, "auth", "enable"));

            assertRefused("wants a user", servers.at("skerry/"));
            assertRefused("does not take the user 'cp'", login(servers, wrong));
            try (EtcdStore store = open(login(servers, password))) {
                store.append(List.of(PURGE), changes -> List.of());
                // Its tokens are in memory.
                member.kill();
                servers.launch(member);
                Await.until(
                        "it is back",
                        () -> {
                            try {
                                store.append(List.of(PURGE), changes -> List.of());
                                return true;
                            } catch (IOException e) {
                                return false;
                            }
                        });
                assertTrue(store.head().counter() >= 3);
            }
        }
    }

    private static void assertRefused(String why, EtcdOptions options) {
        IOException refused = assertThrows(IOException.class, () -> open(options).close());
        assertTrue(String.valueOf(refused.getMessage()).contains(why), refused::toString);
        assertFalse(String.valueOf(refused.getMessage()).contains("guess"));
    }

    private static EtcdOptions login(EtcdServers servers, Path password) {
        return new EtcdOptions(
                servers.uris(), new EtcdOptions.Login("cp", password), null, null, "skerry/");
    }

    private static EtcdStore open(EtcdOptions options) throws IOException {
        return EtcdStore.open(
                options,
                InstantSource.system(),
                System::nanoTime,
                StoreLimits.USUAL,
                Duration.ofSeconds(5),
                Keeper.Pace.USUAL);
    }
}
