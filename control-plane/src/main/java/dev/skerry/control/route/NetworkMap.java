package dev.skerry.control.route;

import dev.skerry.config.routing.Cidr;
import java.net.InetAddress;
import java.util.Arrays;

/**
 * A number for each of some networks; of the networks that hold an address the longest decides.
 * Looking up takes a step a bit. Filled by one thread, then for any number of them.
 */
final class NetworkMap {
    /** What {@link #find} returns for an address in no network. */
    static final int NONE = -1;

    private static final int V4 = 0;
    private static final int V6 = 1;

    // Node n has its children at 2n and 2n + 1, 0 for none; its value is the number plus one.
    private int[] children = new int[64];
    private int[] values = new int[32];
    private int nodes = 2;

    /** Adds a network; of two equal ones the later counts. */
    void put(Cidr network, int value) {
        byte[] address = network.address().getAddress();
        int node = root(address);
        for (int bit = 0; bit < network.bits(); bit++) {
            int slot = 2 * node + bit(address, bit);
            if (children[slot] == 0) {
                if (nodes == values.length) {
                    values = Arrays.copyOf(values, 2 * nodes);
                    children = Arrays.copyOf(children, 4 * nodes);
                }
                children[slot] = nodes++;
            }
            node = children[slot];
        }
        values[node] = value + 1;
    }

    /** The number of the longest network that holds the address, or {@link #NONE}. */
    int find(InetAddress address) {
        if (nodes == 2 && values[V4] == 0 && values[V6] == 0) {
            return NONE;
        }
        byte[] bytes = address.getAddress();
        int node = root(bytes);
        int found = values[node];
        for (int bit = 0; bit < 8 * bytes.length; bit++) {
            node = children[2 * node + bit(bytes, bit)];
            if (node == 0) {
                break;
            }
            found = values[node] == 0 ? found : values[node];
        }
        return found - 1;
    }

    private static int root(byte[] address) {
        return address.length == 4 ? V4 : V6;
    }

    private static int bit(byte[] address, int index) {
        return (address[index / 8] >> (7 - index % 8)) & 1;
    }
}
