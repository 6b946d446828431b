import Arrays
import Testing

@Suite(.onEveryProcessor)
struct IndexingTests {
  @Test("take and put along every axis")
  func slices() {
    for (shape, count) in [(Shape([5]), 3), ([6, 4], 9), ([3, 5, 4], 7), ([50, 300], 4000)] {
      for axis in shape.indices {
        var taken = shape
        taken[axis] = count
        let places = indices([count], below: shape[axis])
        for arrangement in [Arrangement.contiguous, .transposed] {
          let input = arrangement.array(shape), updates = arrangement.array(taken, seed: 2)
          expectAgreement("\(shape) \(axis) \(arrangement)", tolerance: 2e-5) { backend in
            let output = result(taken), sums = result(shape), last = result(shape)
            backend.take(input, indices: places, axis: axis, into: output)
            backend.fill(sums, with: 1)
            backend.put(.add, updates, indices: places, axis: axis, into: sums)
            backend.fill(last, with: 1)
            backend.put(.replace, updates, indices: places, axis: axis, into: last)
            return [output, sums, last]
          }
        }
      }
    }
  }

  @Test("element by element along every axis")
  func alongAxis() {
    for (shape, count) in [(Shape([5]), 3), ([6, 4], 9), ([3, 5, 4], 2), ([300, 70], 90)] {
      for axis in shape.indices {
        var taken = shape
        taken[axis] = count
        let places = indices(taken, below: shape[axis])
        let input = Arrangement.contiguous.array(shape)
        let updates = Arrangement.contiguous.array(taken, seed: 2)
        expectAgreement("\(shape) \(axis)") { backend in
          let output = result(taken), sums = result(shape), last = result(shape)
          backend.takeAlongAxis(input, indices: places, axis: axis, into: output)
          backend.fill(sums, with: 1)
          backend.putAlongAxis(.add, updates, indices: places, axis: axis, into: sums)
          backend.fill(last, with: 1)
          backend.putAlongAxis(.replace, updates, indices: places, axis: axis, into: last)
          return [output, sums, last]
        }
      }
    }
  }

  @Test("sorting")
  func sort() {
    for shape in [Shape([7]), [4, 30], [3, 5, 4]] {
      for isDescending in [false, true] {
        let input = Arrangement.contiguous.array(shape)
        input.pointer(as: Float.self)[2] = .nan
        input.pointer(as: Float.self)[4] = input.pointer(as: Float.self)[1]
        for axis in shape.indices {
          expectAgreement("\(shape) \(axis)", tolerance: 0) { backend in
            let sorted = result(shape), places = result(shape, .int64)
            backend.sort(
              input, axis: axis, isDescending: isDescending, values: sorted, indices: places)
            return [sorted, places]
          }
        }
      }
    }
  }
}
