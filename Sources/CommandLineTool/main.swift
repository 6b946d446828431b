import Myelin
print("myelin")
