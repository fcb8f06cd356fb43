package dev.skerry.control.transfer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skerry.config.protocol.Change;
import dev.skerry.config.protocol.PurgeRecord.Mode;
import dev.skerry.config.protocol.PurgeRecord.Scope;
import dev.skerry.config.protocol.SiteDocument;
import dev.skerry.control.store.ControlStore;
import dev.skerry.control.store.ControlStore.Entry;
import dev.skerry.control.store.Draft;
import dev.skerry.control.store.embedded.EmbeddedStore;
import dev.skerry.control.store.etcd.EtcdServers;
import dev.skerry.control.store.etcd.EtcdStore;
import dev.skerry.control.store.etcd.OneEtcd;
import dev.skerry.testkit.ManualClock;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TransferTest {
    private final ManualClock clock = new ManualClock();

    @TempDir Path folder;

    @Test
    void whatWasExportedIsImportedIntoEtcdAndBack() throws Exception {
        EtcdServers.assumeThere();
        Path first = folder.resolve("first");
        try (ControlStore store = filled("a")) {
            export(store, first);
        }
        Path second = folder.resolve("second");
        try (ControlStore etcd =
                EtcdStore.open(OneEtcd.servers().fresh(), clock, System::nanoTime)) {
            StateImport.read(first).into(etcd);
            assertWhole(etcd);
            export(etcd, second);
        }
        try (ControlStore back = EmbeddedStore.open(folder.resolve("b"), clock)) {
            StateImport.read(second).into(back);
            assertWhole(back);
            // Versions count on, of what is gone too.
            Change.SiteApplied shop = apply(back, "shop");
            assertEquals(3, shop.version());
            assertEquals(2, apply(back, "gone").version());
        }
    }

    @Test
    void anImportBeginsAHistoryWithAFloor() throws Exception {
        Path file = folder.resolve("file");
        String old;
        try (ControlStore store = filled("a")) {
            old = store.head().history();
            export(store, file);
        }
        try (ControlStore store = EmbeddedStore.open(folder.resolve("b"), clock)) {
            StateImport.read(file).into(store);
            assertNotEquals(old, store.head().history());
            assertEquals(1, store.head().counter());
            assertEquals(1, store.snapshot().floor());
            assertEquals(List.of(), store.snapshot().purges());
            IOException again =
                    assertThrows(IOException.class, () -> StateImport.read(file).into(store));
            assertTrue(String.valueOf(again.getMessage()).contains("not empty"));
        }
    }

    @Test
    void aDamagedFileIsRefused() throws Exception {
        Path file = folder.resolve("file");
        try (ControlStore store = filled("a")) {
            export(store, file);
        }
        String text = Files.readString(file);
        assertDamaged(text.substring(0, text.length() / 2));
        assertDamaged(text.substring(0, text.lastIndexOf('\n', text.length() - 2) + 1));
        assertDamaged(text.replace("shop two", "shop tow"));
        assertDamaged(text.replaceFirst("\n[^\n]*\n", "\n"));
        assertDamaged("");
        assertDamaged("{}\n{}\n");
        String newer = assertDamaged(text.replaceFirst("state\":1", "state\":2"));
        assertTrue(newer.contains("newer version"), newer);
        StateImport whole = StateImport.read(file);
        assertEquals(1, whole.sites());
    }

    private String assertDamaged(String text) throws IOException {
        Path damaged = Files.writeString(folder.resolve("damaged"), text);
        return String.valueOf(
                assertThrows(IOException.class, () -> StateImport.read(damaged)).getMessage());
    }

    private ControlStore filled(String name) throws Exception {
        ControlStore store = EmbeddedStore.open(folder.resolve(name), clock);
        List<Draft> drafts =
                List.of(
                        new Draft.ApplySite("shop", "site: shop one", null),
                        new Draft.ApplySite("shop", "site: shop two", null),
                        new Draft.ApplySite("gone", "x", null),
                        new Draft.DeleteSite("gone", null),
                        new Draft.Purge("shop", Scope.TAG, "t", Mode.SOFT));
        store.append(drafts, changes -> List.of(new Entry("tokens/admin", "{\"hash\":\"00\"}")));
        store.put(List.of(new Entry("replicas/x", "{}"), new Entry("audit/1", "{}")));
        return store;
    }

    private static void assertWhole(ControlStore store) throws IOException {
        assertEquals(
                List.of(new SiteDocument("shop", 2, 1, "site: shop two")),
                store.snapshot().sites());
        assertEquals("{\"hash\":\"00\"}", store.get("tokens/admin"));
        assertEquals("{}", store.get("audit/1"));
        assertNull(store.get("replicas/x"));
        assertEquals(2, store.list("sites/shop/versions/", null, 9).size());
        assertEquals(1, store.list("sites/gone/versions/", null, 9).size());
    }

    private static Change.SiteApplied apply(ControlStore store, String site) throws Exception {
        List<Draft> drafts = List.of(new Draft.ApplySite(site, "new", null));
        return (Change.SiteApplied) store.append(drafts, changes -> List.of()).changes().getFirst();
    }

    private void export(ControlStore store, Path file) throws IOException {
        try (OutputStream out = Files.newOutputStream(file)) {
            assertTrue(StateExport.write(store, out, clock) > 0);
        }
    }
}
