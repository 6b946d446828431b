import Arrays
import Testing

struct ReductionTests {
  let input = [3.0, 1, 2, 6, 5, 4]

  @Test(
    arguments: [
      (ReductionOperation.sum, [1], [6.0, 15]), (.sum, [0], [9, 6, 6]), (.sum, [0, 1], [21]),
      (.mean, [1], [2, 5]), (.product, [1], [6, 120]), (.maximum, [0], [6, 5, 4]),
      (.minimum, [1], [1, 4]), (.sum, [], [3, 1, 2, 6, 5, 4]),
    ] as [(ReductionOperation, [Int], [Double])])
  func reduces(_ operation: ReductionOperation, _ axes: [Int], _ expected: [Double]) {
    for dataType in numericTypes {
      let x = array(input, [2, 3], dataType)
      var shape = x.shape
      for axis in axes { shape[axis] = 1 }
      let output = empty(shape, dataType)
      reference.reduce(operation, x, axes: axes, into: output)
      #expect(values(output) == expected, "\(dataType)")
    }
  }

  @Test(arguments: [(ReductionOperation.sum, 0.0), (.product, 1), (.mean, .nan)])
  func reducesNothing(_ operation: ReductionOperation, _ expected: Double) {
    let output = empty([1, 2], .float32)
    reference.reduce(operation, empty([0, 2], .float32), axes: [0], into: output)
    #expect(close(values(output), [expected, expected]))
  }

  @Test func propagatesNaNAndFoldsBool() {
    let output = empty([1], .float32), truth = empty([1], .bool)
    for operation in [ReductionOperation.maximum, .minimum] {
      reference.reduce(operation, vector([1, .nan, 2] as [Float]), axes: [0], into: output)
      #expect(values(output)[0].isNaN)
    }
    reference.reduce(.any, vector([false, true]), axes: [0], into: truth)
    #expect(values(truth) == [1])
    reference.reduce(.all, vector([false, true]), axes: [0], into: truth)
    #expect(values(truth) == [0])
  }

  @Test func findsTheFirst() {
    let output = empty([1], .int64)
    let cases: [(ArgumentReduction, [Float], Double)] = [
      (.maximum, [1, 3, 3], 1), (.minimum, [2, 1, 1], 1), (.maximum, [1, .nan, 5, .nan], 1),
      (.minimum, [.nan, 0], 0), (.maximum, [-.infinity], 0),
    ]
    for (operation, input, expected) in cases {
      reference.argumentReduce(operation, vector(input), axis: 0, into: output)
      #expect(values(output) == [expected])
    }
  }

  @Test func scansBothWays() {
    let x = array([1, 2, 3, 4, 5, 6] as [Int32], [2, 3]), output = empty([2, 3], .int32)
    reference.scan(.sum, x, axis: 1, isReversed: false, into: output)
    #expect(values(output) == [1, 3, 6, 4, 9, 15])
    reference.scan(.product, x, axis: 0, isReversed: true, into: output)
    #expect(values(output) == [4, 10, 18, 4, 5, 6])
    let none = empty([2, 0], .int8)
    reference.scan(.sum, none, axis: 1, isReversed: false, into: none)
  }
}
