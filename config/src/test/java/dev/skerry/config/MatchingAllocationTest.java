package dev.skerry.config;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.skerry.config.load.ConfigLoader;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Routing is on the path of every memory hit. */
class MatchingAllocationTest {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private int decided;

    @Test
    void findingSiteAndRuleAllocatesNothing() {
        SiteTable table = new SiteTable(ConfigLoader.load(Path.of("examples/shop.yaml")).sites());
        CompiledSite.FieldLookup fields = name -> null;
        match(table, fields, 1000);
        long before = THREADS.getCurrentThreadAllocatedBytes();
        match(table, fields, 10_000);
        long bytes = THREADS.getCurrentThreadAllocatedBytes() - before;
        // Reading the counter may itself allocate a little; a byte a request would be 10,000.
        assertTrue(bytes < 2000, bytes + " bytes for 10,000 requests, " + decided);
    }

    private void match(SiteTable table, CompiledSite.FieldLookup fields, int times) {
        for (int i = 0; i < times; i++) {
            CompiledSite site = table.find("IMG.shop.example:8081");
            if (site == null) {
                throw new AssertionError("the example has this host");
            }
            decided += site.match("GET", "/product/a-long-name?variant=7", fields, "FR").index();
        }
    }
}
