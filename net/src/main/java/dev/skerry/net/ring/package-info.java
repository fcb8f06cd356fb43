/** Which of several nodes is responsible for a key: rendezvous hashing. */
@NullMarked
package dev.skerry.net.ring;

import org.jspecify.annotations.NullMarked;
