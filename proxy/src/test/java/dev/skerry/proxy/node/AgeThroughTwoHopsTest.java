package dev.skerry.proxy.node;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.skerry.config.Origin;
import dev.skerry.config.node.Role;
import dev.skerry.proxy.feed.FeedTap;
import dev.skerry.proxy.hop.FleetKey;
import dev.skerry.proxy.hop.HopAuth;
import dev.skerry.testkit.RawClient;
import dev.skerry.testkit.RawResponse;
import dev.skerry.testkit.Reply;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Two edges behind one shield, all by one clock. {@link #node} is the edge that is asked first. */
@Tag("slow")
class AgeThroughTwoHopsTest extends TimedScene {
    private CachingNode shield;
    private CachingNode second;

    @BeforeEach
    void putAShieldBetween() throws Exception {
        node.close();
        Path key = directory.resolve("fleet.key");
        Files.writeString(key, "fedcba9876543210".repeat(4) + "\n");
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
        HopAuth auth = new HopAuth(FleetKey.read(key), clock::millis, new SecureRandom());
        shield =
                CachingNode.start(
                        settings("shield-1", Role.SHIELD, null),
                        (site, parts) -> parts.origins(site),
                        auth,
                        FeedTap.NONE,
                        any -> List.of(),
                        time());
        node = edge(NAME, auth);
        second = edge("edge-2", auth);
    }

    private CachingNode edge(String name, HopAuth auth) throws Exception {
        Origin toShield = Origin.of("http://127.0.0.1:" + shield.address().getPort());
        return CachingNode.start(
                settings(name, Role.EDGE, null),
                (site, parts) -> parts.shields(site, List.of(toShield), null),
                auth,
                FeedTap.NONE,
                any -> List.of(),
                time());
    }

    @AfterEach
    void stopTheOthers() {
        second.close();
        shield.close();
    }

    private RawResponse fromSecond(String target) throws Exception {
        try (RawClient client = RawClient.connect(second.address())) {
            return client.get(target);
        }
    }

    @Test
    void timeInEachStoreIsCountedOnce() throws Exception {
        origin.on("/a", cacheable().field("Date", date(-20)).field("Age", "30").body("x"));

        assertEquals("30", age(get("/a")));
        pass(10);
        assertEquals("40", age(get("/a")));
        assertEquals("40", age(fromSecond("/a")));
        pass(5);
        assertEquals("45", age(get("/a")));
        assertEquals("45", age(fromSecond("/a")));
        assertEquals(1, asked("/a"));
    }

    @Test
    void noHopAddsToALifetime() throws Exception {
        origin.on("/a", Reply.ok().field("Cache-Control", "max-age=60").body("x"));
        get("/a");
        pass(59);
        assertEquals("59", age(fromSecond("/a")));
        assertEquals(1, asked("/a"));
        pass(1);
        fromSecond("/a");
        assertEquals(2, asked("/a"));
    }
}
