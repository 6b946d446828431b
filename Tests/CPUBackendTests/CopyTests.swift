import Arrays
import Testing

@Suite(.onEveryProcessor)
struct CopyTests {
  @Test("copies between layouts and element types", arguments: shapes)
  func copy(_ shape: Shape) {
    for arrangement in Arrangement.allCases {
      for isChannelsLast in [false, true] {
        for dataType in [DataType.float32, .float64, .float16, .uint8] {
          let input = arrangement.array(shape, seed: 1, dataType)
          expectAgreement("copy \(dataType) \(shape) \(arrangement)", tolerance: 0) { backend in
            let output = result(shape, dataType, isChannelsLast: isChannelsLast)
            backend.copy(input, into: output)
            return [output]
          }
        }
      }
    }
  }

  @Test("conversions of element types")
  func conversion() {
    let shape: Shape = [3, 11_000]
    for from in DataType.allCases {
      for to in DataType.allCases {
        let input = Arrangement.contiguous.array(shape, seed: 1, from)
        expectAgreement("\(from) to \(to)", tolerance: 0) { backend in
          let output = result(shape, to)
          backend.copy(input, into: output)
          return [output]
        }
      }
    }
  }

  @Test("a view may be written")
  func views() {
    let input = Arrangement.contiguous.array([40, 50])
    expectAgreement("into a transposed view", tolerance: 0) { backend in
      let output = result([50, 40])
      backend.copy(input, into: output.view(Layout(shape: [40, 50], strides: [1, 40])))
      return [output]
    }
    expectAgreement("into every second column", tolerance: 0) { backend in
      let output = result([40, 100])
      backend.fill(output, with: 2)
      backend.copy(
        input, into: output.view(Layout(shape: [40, 50], strides: [100, 2], offset: 1)))
      return [output]
    }
  }
}
