import Arrays

/// A walk over the elements of up to eight arrays of one shape at once, in row-major order.
///
/// Axes that every operand steps through evenly are merged first, so that contiguous operands
/// become one row. Offsets count elements from `NDArray.rawPointer`.
struct Traversal {
  /// One number for each operand.
  typealias Lanes = SIMD8<Int>

  private var lengths: [Int] = []
  private var steps: [Lanes] = []
  private let isEmpty: Bool

  /// `strides` has one list for each operand, as long as the shape.
  init(_ shape: Shape, _ strides: [Int]...) {
    isEmpty = shape.elementCount == 0
    for axis in shape.indices where shape[axis] != 1 {
      var step = Lanes.zero
      for operand in strides.indices { step[operand] = strides[operand][axis] }
      if let last = steps.last, last == step &* Lanes(repeating: shape[axis]) {
        lengths[lengths.count - 1] *= shape[axis]
        steps[steps.count - 1] = step
      } else {
        lengths.append(shape[axis])
        steps.append(step)
      }
    }
  }

  /// Calls `body` once for every row: where it starts, how far apart its elements are, and how many
  /// it has.
  @inline(__always)
  func forEachRow(_ body: (_ start: Lanes, _ step: Lanes, _ count: Int) -> Void) {
    if isEmpty { return }
    let count = lengths.last ?? 1
    let step = steps.last ?? .zero
    let outer = Swift.max(lengths.count - 1, 0)
    var indices = [Int](repeating: 0, count: outer)
    var start = Lanes.zero
    while true {
      body(start, step, count)
      var axis = outer - 1
      while axis >= 0 {
        indices[axis] += 1
        start &+= steps[axis]
        if indices[axis] < lengths[axis] { break }
        start &-= steps[axis] &* Lanes(repeating: lengths[axis])
        indices[axis] = 0
        axis -= 1
      }
      if axis < 0 { return }
    }
  }

  /// Calls `body` once for every element, with its place in each operand.
  @inline(__always)
  func forEach(_ body: (_ place: Lanes) -> Void) {
    forEachRow { start, step, count in
      var place = start
      for _ in 0..<count {
        body(place)
        place &+= step
      }
    }
  }
}

extension Shape {
  /// The shape with length 1 on `axes`.
  func collapsed(_ axes: [Int]) -> Shape {
    var shape = self
    for axis in axes { shape[axis] = 1 }
    return shape
  }
}

extension NDArray {
  /// The strides with which the array stretches to `shape`: 0 where its own length is 1.
  var stretchedStrides: [Int] { stretched(strides, shape) }
}

/// The strides with 0 where the length is 1.
func stretched(_ strides: [Int], _ shape: Shape) -> [Int] {
  shape.indices.map { shape[$0] == 1 ? 0 : strides[$0] }
}

/// One wide number for each element of an array, row-major: where sums are kept until they are
/// rounded once.
final class Accumulators<Wide: WideNumber> {
  let values: UnsafeMutablePointer<Wide>
  let shape: Shape
  let strides: [Int]

  init(_ shape: Shape, initial: Wide) {
    self.shape = shape
    strides = Layout.rowMajorStrides(shape)
    values = .allocate(capacity: Swift.max(shape.elementCount, 1))
    values.initialize(repeating: initial, count: Swift.max(shape.elementCount, 1))
  }

  deinit { values.deallocate() }

  /// The strides with which they stretch along axes of length 1.
  var stretchedStrides: [Int] { stretched(strides, shape) }

  /// Rounds all of them into an array of the same shape.
  func store<E: Element>(
    into output: NDArray, as type: E.Type, _ finish: (Wide) -> Wide = { $0 }
  ) where E.Wide == Wide {
    let target = output.pointer(as: E.self)
    Traversal(shape, strides, output.strides).forEach {
      target[$0[1]] = E(narrowing: finish(values[$0[0]]))
    }
  }

  /// Takes the values of an array of the same shape.
  func load<E: Element>(from input: NDArray, as type: E.Type) where E.Wide == Wide {
    let source = input.pointer(as: E.self)
    Traversal(shape, strides, input.strides).forEach { values[$0[0]] = source[$0[1]].wide }
  }
}
