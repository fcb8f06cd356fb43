/**
 * A control store in etcd, shared by several control planes, over etcd's JSON gateway. Everything
 * is written by transactions that compare what they were made of; see {@link
 * dev.skerry.control.store.etcd.Keys} for what lies where.
 */
@NullMarked
package dev.skerry.control.store.etcd;

import org.jspecify.annotations.NullMarked;
