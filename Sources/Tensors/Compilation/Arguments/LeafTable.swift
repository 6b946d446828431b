import Arrays

/// What a walk finds, in memory that is kept from call to call: an array of Swift's would be
/// checked for other users at each leaf, which costs as much as the walk.
struct LeafTable: ~Copyable {
  /// One leaf.
  struct Leaf {
    /// The tensor's array, which the tree keeps alive; nil for a number or a random source.
    var array: Unmanaged<NDArray>?
    /// Whether nothing else refers to the array.
    var isUnique: Bool
    /// The bits of a number; the seed and the position of a random source.
    var words: (UInt64, UInt64)
  }

  private(set) var leaves = UnsafeMutablePointer<Leaf>.allocate(capacity: 64)
  private(set) var count = 0
  private var capacity = 64
  private(set) var key = UnsafeMutablePointer<UInt64>.allocate(capacity: 256)
  private(set) var keyCount = 0
  private var keyCapacity = 256

  deinit {
    leaves.deallocate()
    key.deallocate()
  }

  @inline(__always)
  mutating func note(_ word: UInt64) {
    if keyCount == keyCapacity { growKey() }
    key[keyCount] = word
    keyCount += 1
  }

  @inline(__always)
  mutating func add(_ leaf: Leaf) {
    if count == capacity { grow() }
    leaves[count] = leaf
    count += 1
  }

  mutating func reset() {
    count = 0
    keyCount = 0
  }

  /// Where the words of a leaf lie.
  func words(_ index: Int) -> UnsafeMutableRawPointer {
    UnsafeMutableRawPointer(leaves + index)
      + (MemoryLayout<Leaf>.offset(of: \.words)).unsafelyUnwrapped
  }

  /// Whether the key is this one.
  func hasKey(_ other: [UInt64]) -> Bool {
    other.count == keyCount
      && other.withUnsafeBufferPointer { other in
        (0..<keyCount).allSatisfy { other[$0] == key[$0] }
      }
  }

  private mutating func grow() {
    let larger = UnsafeMutablePointer<Leaf>.allocate(capacity: 2 * capacity)
    larger.moveInitialize(from: leaves, count: count)
    leaves.deallocate()
    (leaves, capacity) = (larger, 2 * capacity)
  }

  private mutating func growKey() {
    let larger = UnsafeMutablePointer<UInt64>.allocate(capacity: 2 * keyCapacity)
    larger.moveInitialize(from: key, count: keyCount)
    key.deallocate()
    (key, keyCapacity) = (larger, 2 * keyCapacity)
  }
}
