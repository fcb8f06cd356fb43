package dev.skerry.proxy.node;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.skerry.cache.store.Survivors;
import dev.skerry.cache.store.disk.DiskClock;
import dev.skerry.cache.store.disk.DiskGround;
import dev.skerry.cache.store.disk.DiskMarks;
import dev.skerry.cache.store.disk.DiskOptions;
import dev.skerry.cache.store.disk.DiskSet;
import dev.skerry.cache.store.disk.DiskSource;
import dev.skerry.cache.store.disk.policy.SiteShare;
import dev.skerry.cache.store.memory.MemoryStore;
import dev.skerry.config.Site;
import dev.skerry.config.load.ConfigLoader;
import dev.skerry.net.metrics.Metrics;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What sites may take of two disks of 64 and 192 MiB. */
final class SharedDisksTest {
    private static final long MIB = 1 << 20;

    @TempDir private Path directory;
    private final Metrics metrics = new Metrics();
    private MemoryStore memory;
    private DiskSet disks;
    private SharedDisks shared;

    @BeforeEach
    void open() throws Exception {
        memory = MemoryStore.of(64 * MIB, System::nanoTime, 0);
        disks =
                DiskSet.open(
                        List.of(source("a", 64 * MIB), source("b", 192 * MIB)),
                        new Marks(),
                        new DiskGround(
                                memory.directMemory(),
                                new DiskClock(() -> 1, () -> 1),
                                Survivors.ALL));
        shared = new SharedDisks(disks, metrics);
    }

    @AfterEach
    void close() {
        disks.close();
        memory.close();
        metrics.close();
    }

    @Test
    void sharesAreOfAllDisksAndSizesAreThemselves() {
        shared.accept(
                List.of(
                        site("a", "{at-least: 5%, at-most: 25%}"),
                        site("b", "{at-least: 16m, at-most: 1g}"),
                        site("c", "{}")));
        assertEquals(new SiteShare(256 * MIB / 20, 64 * MIB), disks.share("a"));
        assertEquals(new SiteShare(16 * MIB, 256 * MIB), disks.share("b"));
        assertEquals(SiteShare.ANY, disks.share("c"));
        assertEquals(
                3,
                metrics.scrape()
                        .lines()
                        .filter(line -> line.startsWith("skerry_disk_site_bytes{site="))
                        .count(),
                metrics::scrape);
    }

    @Test
    void whatHoldsIsWhatTheLastSitesSay() {
        shared.accept(List.of(site("a", "{at-most: 50%}"), site("b", "{at-most: 50%}")));
        shared.accept(List.of(site("a", "{at-most: 25%}")));
        assertEquals(new SiteShare(0, 64 * MIB), disks.share("a"));
        assertEquals(SiteShare.ANY, disks.share("b"));
    }

    @Test
    void whoeverWouldBeSureOfMoreThanIsKeptIsSureOfLess() {
        shared.accept(List.of(site("a", "{at-least: 50%}"), site("b", "{at-least: 64m}")));
        assertEquals(128 * MIB, disks.share("a").floor());
        assertEquals(64 * MIB, disks.share("b").floor());

        shared.accept(List.of(site("a", "{at-least: 75%}"), site("b", "{at-least: 75%}")));
        assertEquals(96 * MIB, disks.share("a").floor());
        assertEquals(96 * MIB, disks.share("b").floor());
    }

    private DiskSource source(String name, long bytes) {
        return DiskSource.of(directory.resolve(name), DiskOptions.of(bytes));
    }

    private static Site site(String name, String disk) {
        String text =
                "site: %1$s\nhosts: [%1$s.example]\norigins: [{url: 'http://o'}]\ndisk: %2$s\n"
                        .formatted(name, disk);
        return ConfigLoader.parse(name, text.getBytes(StandardCharsets.UTF_8)).sites().getFirst();
    }

    private static final class Marks implements DiskMarks {
        @Override
        public boolean trusts(String mark) {
            return false;
        }

        @Override
        public String begin() {
            return "mark";
        }

        @Override
        public void settle() {}
    }
}
