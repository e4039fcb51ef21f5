// Style and script of the html report; the build puts the files of src/report/html/ in here.
#pragma once

namespace lapis::report {

const char* html_style();
const char* html_script();

}  // namespace lapis::report
