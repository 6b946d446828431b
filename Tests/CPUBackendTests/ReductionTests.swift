import Arrays
import Testing

@Suite(.onEveryProcessor)
struct ReductionTests {
  static let cases: [(Shape, [[Int]])] = [
    ([], [[]]), ([7], [[0]]), ([4, 5], [[0], [1], [0, 1]]), ([2, 0, 3], [[0], [1], [2]]),
    ([2, 3, 4, 5], [[0], [1], [2], [3], [0, 2, 3], [1, 3], [0, 2], [0, 1, 2, 3], []]),
    ([200_000], [[0]]), ([3, 100_000], [[0], [1], [0, 1]]), ([3000, 130], [[0], [1], [0, 1]]),
    ([5000, 16], [[0], [1]]), ([9, 2000, 70], [[0], [1], [2], [0, 1], [0, 2]]),
    ([6, 20, 50, 40], [[0, 2, 3], [1], [2, 3], [0], [0, 1, 2, 3]]),
  ]

  @Test("folds over any axes of any layout", arguments: cases)
  func reduce(_ shape: Shape, _ axesList: [[Int]]) {
    for axes in axesList {
      var kept = shape
      for axis in axes { kept[axis] = 1 }
      for operation in [ReductionOperation.sum, .mean, .maximum, .minimum, .product] {
        if shape.elementCount == 0 && (operation == .maximum || operation == .minimum) { continue }
        for arrangement in Arrangement.allCases {
          let input = arrangement.array(shape)
          // A sum's error is measured by what was added up, of which the result may be little.
          let folded = max(1, Double(shape.elementCount / max(kept.elementCount, 1)))
          let tolerance =
            switch operation {
            case .product: 1e-5
            case .sum: 2e-7 * folded + 2e-6
            default: 2e-6
            }
          if operation == .product && shape.elementCount > 1000 { continue }
          expectAgreement("\(operation) \(shape) \(axes) \(arrangement)", tolerance: tolerance) {
            let output = result(kept)
            $0.reduce(operation, input, axes: axes, into: output)
            return [output]
          }
        }
      }
    }
  }

  @Test("extremes carry NaN and find the first place")
  func extremes() {
    for (length, place) in [(5, 3), (40, 33), (1000, 999), (1000, 0)] {
      let input = numbers([2, length], 1, .float32)
      input.pointer(as: Float.self)[place] = .nan
      input.pointer(as: Float.self)[length + place] = 9
      if place > 1 { input.pointer(as: Float.self)[length + place - 1] = 9 }
      for operation in [ArgumentReduction.maximum, .minimum] {
        expectAgreement("argument \(operation) \(length)", tolerance: 0) { backend in
          let output = result([2, 1], .int64)
          backend.argumentReduce(operation, input, axis: 1, into: output)
          return [output]
        }
      }
      for operation in [ReductionOperation.maximum, .minimum] {
        for axis in 0...1 {
          expectAgreement("\(operation) \(length) \(axis)", tolerance: 0) { backend in
            let output = result(axis == 0 ? [1, length] : [2, 1])
            backend.reduce(operation, input, axes: [axis], into: output)
            return [output]
          }
        }
      }
    }
  }

  @Test("running totals", arguments: [false, true])
  func scan(_ isReversed: Bool) {
    for shape in [Shape([5]), [3, 4], [40, 2000]] {
      for axis in shape.indices {
        let input = Arrangement.contiguous.array(shape)
        for operation in ScanOperation.allCases where operation == .sum || shape[axis] < 50 {
          expectAgreement("\(operation) \(shape)", tolerance: 1e-5) { backend in
            let output = result(shape)
            backend.scan(operation, input, axis: axis, isReversed: isReversed, into: output)
            return [output]
          }
        }
      }
    }
  }

  @Test("a sum of many numbers keeps its digits")
  func accuracy() {
    let input = result([3_000_000])
    reference.fill(input, with: 0.1)
    let total = result([1])
    cpu.reduce(.sum, input, axes: [0], into: total)
    let sum = Double(Float(0.1)) * 3_000_000
    #expect(abs(values(total)[0] - sum) <= sum * 1e-6)
    let columns = input.view(Layout(contiguous: [300_000, 10])), output = result([1, 10])
    cpu.reduce(.sum, columns, axes: [0], into: output)
    let exact = Double(Float(0.1)) * 300_000
    for sum in values(output) { #expect(abs(sum - exact) <= exact * 1e-6) }
  }
}
