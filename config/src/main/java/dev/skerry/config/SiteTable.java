package dev.skerry.config;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds the site of a host: an exact name, else the longest wildcard, else the site of any host.
 * Immutable; looking up allocates nothing.
 */
public final class SiteTable {
    private final @Nullable Slot[] slots;
    private final List<CompiledSite> sites;
    private final @Nullable CompiledSite any;

    /** One name; {@code below} tells {@code *.name} from {@code name}. */
    private record Slot(String name, boolean below, CompiledSite site) {}

    /** A table of sites whose hosts do not overlap; of two equal hosts the first wins. */
    public SiteTable(List<Site> sites) {
        List<Slot> names = new ArrayList<>();
        List<CompiledSite> compiled = new ArrayList<>();
        CompiledSite anySite = null;
        for (Site site : sites) {
            CompiledSite ready = new CompiledSite(site);
            compiled.add(ready);
            for (HostPattern host : site.hosts()) {
                if (host.kind() == HostPattern.Kind.ANY) {
                    anySite = anySite == null ? ready : anySite;
                } else {
                    boolean below = host.kind() == HostPattern.Kind.BELOW;
                    names.add(new Slot(host.name(), below, ready));
                }
            }
        }
        this.sites = List.copyOf(compiled);
        this.any = anySite;
        this.slots = new @Nullable Slot[Integer.highestOneBit(Math.max(4, names.size() * 4))];
        names.forEach(this::put);
    }

    /** All sites, in the order given. */
    public List<CompiledSite> sites() {
        return sites;
    }

    /**
     * The site of a Host or {@code :authority} value, or null. Case, a port and a final dot do not
     * count.
     */
    public @Nullable CompiledSite find(String host) {
        int end = nameEnd(host);
        CompiledSite exact = get(host, 0, end, false);
        if (exact != null) {
            return exact;
        }
        for (int dot = host.indexOf('.'); dot > 0 && dot < end; dot = host.indexOf('.', dot + 1)) {
            CompiledSite below = get(host, dot + 1, end, true);
            if (below != null) {
                return below;
            }
        }
        return any;
    }

    private void put(Slot slot) {
        int i = hash(slot.name, 0, slot.name.length()) & slots.length - 1;
        while (slots[i] != null) {
            if (slots[i].name.equals(slot.name) && slots[i].below == slot.below) {
                return;
            }
            i = i + 1 & slots.length - 1;
        }
        slots[i] = slot;
    }

    private @Nullable CompiledSite get(String host, int from, int to, boolean below) {
        int i = hash(host, from, to) & slots.length - 1;
        for (Slot slot = slots[i]; slot != null; slot = slots[i]) {
            if (slot.below == below
                    && slot.name.length() == to - from
                    && slot.name.regionMatches(true, 0, host, from, to - from)) {
                return slot.site;
            }
            i = i + 1 & slots.length - 1;
        }
        return null;
    }

    private static int nameEnd(String host) {
        int end = host.length();
        int colon = host.lastIndexOf(':');
        if (colon >= 0 && host.indexOf(']', colon) < 0) {
            end = colon;
        }
        return end > 0 && host.charAt(end - 1) == '.' ? end - 1 : end;
    }

    private static int hash(String text, int from, int to) {
        int hash = 0;
        for (int i = from; i < to; i++) {
            char c = text.charAt(i);
            hash = 31 * hash + (c >= 'A' && c <= 'Z' ? c + 32 : c);
        }
        return hash ^ hash >>> 15;
    }
}
