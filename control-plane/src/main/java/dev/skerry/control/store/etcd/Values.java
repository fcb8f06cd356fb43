package dev.skerry.control.store.etcd;

import com.fasterxml.jackson.databind.JsonNode;
import dev.skerry.control.store.etcd.EtcdFailure.Kind;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;

/**
 * Values of any size. One that is too large for a transaction among others is written in pieces
 * before it, under a lease: the transaction takes them from the lease, so that what never comes to
 * that goes away by itself.
 */
final class Values {
    /** Beyond this a value is written in pieces; also the size of a piece. */
    static final int MOST_BYTES = 256 * 1024;

    /** How long pieces may wait for their transaction. */
    private static final int LEASE_SECONDS = 60;

    /** What all values of one transaction may have, well below the 1.5 MiB of a request. */
    private static final int MOST_TOGETHER = 768 * 1024;

    private static final int PAGE = 64;

    private final EtcdClient client;
    private final Keys keys;
    private final SecureRandom random = new SecureRandom();

    Values(EtcdClient client, Keys keys) {
        this.client = client;
        this.keys = keys;
    }

    /** Puts texts into one transaction, as large as they are together. */
    final class Writing {
        private final Txn txn;
        private int bytes;
        private long lease;

        Writing(Txn txn) {
            this.txn = txn;
        }

        void put(String key, String text) throws IOException {
            byte[] packed = Packed.pack(text);
            if (packed.length > MOST_BYTES || bytes + packed.length > MOST_TOGETHER) {
                packed = inPieces(key, packed);
            }
            bytes += packed.length + key.length();
            txn.put(key, packed);
        }

        private byte[] inPieces(String key, byte[] packed) throws IOException {
            if (lease == 0) {
                lease = lease();
            }
            byte[] random = new byte[8];
            Values.this.random.nextBytes(random);
            String id = HexFormat.of().formatHex(random);
            int count = Math.ceilDiv(packed.length, MOST_BYTES);
            for (int i = 0; i < count; i++) {
                String piece = keys.piece(key, id, i);
                client.txn(new Txn().put(piece, Packed.part(packed, i, MOST_BYTES), lease));
                txn.keep(piece);
            }
            return Packed.reference(id, count);
        }
    }

    private long lease() throws IOException {
        JsonNode granted =
                client.call(
                        "/v3/lease/grant", Json.object().put("TTL", String.valueOf(LEASE_SECONDS)));
        return granted.path("ID").asLong();
    }

    /**
     * The text of a value.
     *
     * @param revision when it was read; 0 when the value cannot have changed since
     */
    String read(KeyValue found, long revision) throws IOException {
        if (!Packed.isReference(found.value())) {
            return Packed.unpack(found.key(), found.value());
        }
        String[] referred = Packed.referred(found.value()).split("/", 2);
        String start = keys.pieces(found.key()) + referred[0] + "/";
        int count = Integer.parseInt(referred[1]);
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        String from = start;
        int seen = 0;
        while (seen < count) {
            List<KeyValue> page = client.range(from, Keys.behind(start), PAGE, revision);
            if (page.isEmpty()) {
                throw new EtcdFailure(
                        Kind.GONE, false, "etcd key '" + found.key() + "' has lost its pieces");
            }
            for (KeyValue piece : page) {
                whole.writeBytes(piece.value());
            }
            seen += page.size();
            from = Keys.next(page.getLast().key());
        }
        return Packed.unpack(found.key(), whole.toByteArray());
    }
}
