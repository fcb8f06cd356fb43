package dev.skerry.control.fleet;

import dev.skerry.config.protocol.NodeHello;
import dev.skerry.config.protocol.NodeReport;
import dev.skerry.config.protocol.Position;
import dev.skerry.control.store.ControlStore;
import dev.skerry.control.store.ControlStore.Entry;
import java.io.IOException;
import java.net.InetAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The nodes of this control plane. Who registers is remembered until it leaves or is forgotten,
 * over restarts too, because it may hold content: until then every purge waits for it.
 *
 * <p>Locks, in this order: {@code registry} (what is in the store about nodes), receipts, {@code
 * members}. Nothing is called under {@code members}.
 */
public final class Fleet implements FleetView {
    /** A session that reports nothing for so long has ended. */
    public static final Duration SILENCE = Duration.ofSeconds(10);

    /** The most nodes; whoever comes on top is not taken before others leave or are forgotten. */
    public static final int MOST_NODES = 10_000;

    private static final Logger LOG = LoggerFactory.getLogger(Fleet.class);
    private static final int PAGE = 1000;
    private static final long ASK_MILLIS = 5000;

    private final ControlStore store;
    private final Receipts receipts;
    private final LongSupplier nanos;
    private final SecureRandom random = new SecureRandom();
    private final Asks asks = new Asks(this::unguessable, ASK_MILLIS);
    private final ReentrantLock registry = new ReentrantLock();
    private final Map<String, Member> members = new TreeMap<>();
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private volatile @Nullable List<FleetNode> view;
    private volatile @Nullable Replicas replicas;

    private Fleet(ControlStore store, Receipts receipts, LongSupplier nanos) {
        this.store = store;
        this.receipts = receipts;
        this.nanos = nanos;
    }

    /**
     * The fleet that the store remembers.
     *
     * @param receipts told who acknowledges what, and who is gone
     * @param nanos a monotonic clock in nanoseconds
     */
    public static Fleet open(ControlStore store, Receipts receipts, LongSupplier nanos)
            throws IOException {
        Fleet fleet = new Fleet(store, receipts, nanos);
        SortedMap<String, String> page = store.list(Member.RECORDS, null, PAGE);
        while (!page.isEmpty()) {
            page.forEach(fleet::remember);
            page = store.list(Member.RECORDS, page.lastKey(), PAGE);
        }
        return fleet;
    }

    /** From now on other control planes have nodes of this fleet too. */
    void share(Replicas others) {
        replicas = others;
    }

    boolean isShared() {
        return replicas != null;
    }

    /**
     * Returns when every node is known that has registered anywhere before this was called.
     *
     * @throws IOException when the store does not answer
     */
    void catchUp() throws IOException {
        Replicas others = replicas;
        if (others != null) {
            others.catchUp();
        }
    }

    /** A node's record has been written, here or elsewhere; null: deleted. */
    void recorded(String name, @Nullable String record) {
        String node = name.substring(Member.RECORDS.length());
        if (record == null) {
            remove(node);
            return;
        }
        synchronized (members) {
            Member member = members.get(node);
            if (member == null) {
                remember(name, record);
            } else if (member.session == null) {
                member.describe(Member.read(name, record));
            }
            view = null;
        }
        changed();
    }

    /**
     * Takes what another control plane says of the nodes that are connected to it.
     *
     * @param replica which
     * @param nodes all of them; none when it is gone
     */
    void elsewhere(String replica, Map<String, ReplicaText.Node> nodes) {
        Map<String, Position> acknowledged = new TreeMap<>();
        synchronized (members) {
            for (Member member : members.values()) {
                ReplicaText.Node its = nodes.get(member.hello.node());
                if (its != null) {
                    member.elsewhere(replica, its, nanos.getAsLong());
                    if (its.applied() != null) {
                        acknowledged.put(member.hello.node(), its.applied());
                    }
                } else if (replica.equals(member.elsewhere)) {
                    member.elsewhere = null;
                }
            }
            view = null;
        }
        acknowledged.forEach(receipts::acknowledged);
        changed();
    }

    /** The nodes that have a stream here. */
    List<FleetNode> connectedHere() {
        synchronized (members) {
            return members.values().stream()
                    .filter(member -> member.session != null)
                    .map(Member::view)
                    .toList();
        }
    }

    private void remember(String name, String record) {
        NodeHello hello = Member.read(name, record);
        members.put(hello.node(), Member.recorded(hello, nanos.getAsLong()));
    }

    @Override
    public List<FleetNode> nodes() {
        List<FleetNode> known = view;
        if (known != null) {
            return known;
        }
        synchronized (members) {
            List<FleetNode> now = members.values().stream().map(Member::view).toList();
            view = now;
            return now;
        }
    }

    @Override
    public void onChange(Runnable wake) {
        listeners.add(wake);
    }

    @Override
    public CompletionStage<String> ask(String node, String question) {
        NodeSession session;
        synchronized (members) {
            Member member = members.get(node);
            session = member == null ? null : member.session;
        }
        return session == null
                ? CompletableFuture.failedStage(Asks.notConnected(node))
                : asks.ask(session, node, question);
    }

    /**
     * Takes an answer.
     *
     * @param json a JSON document
     * @return whether somebody waits for it
     */
    public boolean answer(String node, String id, String json) {
        return asks.answer(node, id, json);
    }

    /** Says which history is the newest. */
    public void follow(String history) {
        receipts.follow(history);
    }

    /**
     * Registers a node that has opened a stream, durably: from now on every purge waits for it. A
     * stream that it had before is ended.
     *
     * @param address where its stream comes from; not heeded when a relay speaks for the node, as
     *     it does to fetch what it does not have itself: then its word for where the node is counts
     * @throws IOException when there are too many nodes, or the store does not answer
     */
    public NodeSession register(NodeHello hello, InetAddress address, NodeLink link)
            throws IOException {
        return register(
                new NodeSession(unguessable(), hello, link, null),
                hello.via() == null ? address : relayedAddress(hello));
    }

    /**
     * Registers a node whose stream comes through a relay.
     *
     * @param hello names the relay
     * @return null when the relay has no stream itself, or has it through this node
     * @throws IOException when there are too many nodes, or the store does not answer
     */
    public @Nullable NodeSession registerRelayed(NodeHello hello) throws IOException {
        NodeSession relay = session(String.valueOf(hello.via()));
        return relay == null || relay.comesFrom(hello.node())
                ? null
                : register(
                        new NodeSession(unguessable(), hello, relay.link(), relay),
                        relayedAddress(hello));
    }

    /** A node that its relay sees on its own machine is where the relay is. */
    private @Nullable InetAddress relayedAddress(NodeHello hello) {
        InetAddress address = Member.address(hello);
        if (address == null || !address.isLoopbackAddress()) {
            return address;
        }
        synchronized (members) {
            Member relay = members.get(String.valueOf(hello.via()));
            return relay == null ? null : relay.address;
        }
    }

    private NodeSession register(NodeSession session, @Nullable InetAddress address)
            throws IOException {
        NodeHello hello = session.hello();
        NodeSession older;
        registry.lock();
        try {
            record(hello, address);
            synchronized (members) {
                Member member =
                        members.computeIfAbsent(
                                hello.node(),
                                name -> new Member(hello, null, address, nanos.getAsLong()));
                older = member.session;
                member.hello = hello;
                member.address = address;
                member.heardNanos = nanos.getAsLong();
                member.session = session;
                view = null;
            }
        } finally {
            registry.unlock();
        }
        if (older != null) {
            cameAgain(hello, older.hello());
            older.end();
            asks.lost(hello.node());
        }
        changed();
        return session;
    }

    private static void cameAgain(NodeHello hello, NodeHello older) {
        if (hello.via() == null && older.via() == null) {
            LOG.warn("node '{}' has come again: its older stream is ended", hello.node());
        } else {
            // A relay changes between streams as it needs.
            LOG.debug("node '{}' has come again", hello.node());
        }
    }

    private void record(NodeHello hello, @Nullable InetAddress address) throws IOException {
        Position applied;
        synchronized (members) {
            Member member = members.get(hello.node());
            if (member != null && replicas == null && member.isRecordedAs(hello, address)) {
                return;
            }
            if (member == null && members.size() >= MOST_NODES) {
                throw new IOException(
                        "there are "
                                + MOST_NODES
                                + " nodes already: forget those that do not come back");
            }
            applied = member == null ? null : member.applied;
        }
        store.put(List.of(Member.record(hello, applied, address)));
    }

    /**
     * Says what a hello's position was worth.
     *
     * @param applied the position, when it is one of this order; null when the node has to begin
     *     anew
     */
    public void verified(NodeSession session, @Nullable Position applied) {
        synchronized (members) {
            Member member = current(session);
            if (member == null) {
                return;
            }
            member.unrecorded = true;
            member.applied = applied;
            view = null;
        }
        if (applied != null) {
            receipts.acknowledged(session.hello().node(), applied);
        }
        changed();
    }

    /**
     * Takes a report. A node that has left is forgotten after it.
     *
     * @return false when the session is not the node's newest
     */
    public boolean report(String node, NodeReport report) throws IOException {
        boolean news;
        Position applied;
        synchronized (members) {
            Member member = members.get(node);
            NodeSession session = member == null ? null : member.session;
            if (member == null || session == null || !session.id().equals(report.session())) {
                return false;
            }
            member.heardNanos = nanos.getAsLong();
            view = null;
            if (report.ping() < session.lastPing()) {
                // One that was overtaken on its way; the later one has said all.
                return true;
            }
            session.pinged(report.ping());
            news = member.take(report);
            applied = member.applied;
        }
        if (news) {
            if (applied != null) {
                receipts.acknowledged(node, applied);
            }
            changed();
        }
        if (report.state() == NodeReport.State.LEFT) {
            forget(node);
        }
        return true;
    }

    /**
     * Takes a node out: no purge waits for it any more.
     *
     * @return whether there was such a node
     */
    public boolean forget(String node) throws IOException {
        registry.lock();
        try {
            synchronized (members) {
                if (!members.containsKey(node)) {
                    return false;
                }
            }
            store.put(List.of(new Entry(Member.RECORDS + node, null)));
        } finally {
            registry.unlock();
        }
        remove(node);
        return true;
    }

    private void remove(String node) {
        Member gone;
        registry.lock();
        try {
            synchronized (members) {
                gone = members.remove(node);
                view = null;
            }
        } finally {
            registry.unlock();
        }
        if (gone != null && gone.session != null) {
            gone.session.end();
            ended(gone.session);
        }
        asks.lost(node);
        receipts.forgotten(node);
        changed();
    }

    /** A stream has ended, and with it those that come through it. */
    public void ended(NodeSession session) {
        List<String> disconnected = new ArrayList<>();
        synchronized (members) {
            for (Member member : members.values()) {
                NodeSession its = member.session;
                if (its != null && its.endsWith(session)) {
                    member.session = null;
                    disconnected.add(member.hello.node());
                }
            }
            view = null;
        }
        disconnected.forEach(asks::lost);
        if (!disconnected.isEmpty()) {
            changed();
        }
    }

    /** Ends sessions that have reported nothing for {@link #SILENCE}. */
    public void endSilent() {
        long now = nanos.getAsLong();
        List<NodeSession> silent = new ArrayList<>();
        synchronized (members) {
            for (Member member : members.values()) {
                NodeSession session = member.session;
                if (session != null && now - member.heardNanos > SILENCE.toNanos()) {
                    silent.add(session);
                }
            }
        }
        for (NodeSession session : silent) {
            LOG.info("node '{}' is silent: its stream is ended", session.hello().node());
            session.end();
            ended(session);
        }
    }

    /** Writes down how far nodes have come since the last call, and which purges are done. */
    public void record() throws IOException {
        registry.lock();
        try {
            List<Entry> entries = new ArrayList<>();
            synchronized (members) {
                for (Member member : members.values()) {
                    if (member.unrecorded) {
                        member.unrecorded = false;
                        entries.add(Member.record(member.hello, member.applied, member.address));
                    }
                }
            }
            entries.addAll(receipts.unrecorded());
            for (int i = 0; i < entries.size(); i += ControlStore.MOST_RECORDS) {
                store.put(
                        entries.subList(
                                i, Math.min(entries.size(), i + ControlStore.MOST_RECORDS)));
            }
        } finally {
            registry.unlock();
        }
    }

    private @Nullable NodeSession session(String node) {
        synchronized (members) {
            Member member = members.get(node);
            return member == null ? null : member.session;
        }
    }

    private @Nullable Member current(NodeSession session) {
        Member member = members.get(session.hello().node());
        return member != null && member.session == session ? member : null;
    }

    private void changed() {
        listeners.forEach(Runnable::run);
    }

    private String unguessable() {
        byte[] bytes = new byte[16];
        random.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }
}
